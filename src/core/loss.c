/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "loss.h"

#include <string.h>

const struct sot_reason_row sot_reasons[SOT_REASONS] = {
	[SOT_RING_FULL] = { SOT_LOST, "ringFull", "ring buffer full" },
	[SOT_INFLIGHT_FULL] = { SOT_LOST, "inflightFull", "in-flight table full" },
	[SOT_RETURN_MISSED] = { SOT_LOST, "returnMissed", "return missed" },
	[SOT_PROBE_MISSED] = { SOT_LOST, "probeMissed", "probe skipped by the kernel", 1 },
	[SOT_ABOVE_RATE] = { SOT_LEFT_OUT, "aboveRate", "above --rate" },
	[SOT_GUARDED_FULL] = { SOT_LOST, "guardedFull", "guarded ring buffer full", 1 },
};

const struct sot_loss_kind_row sot_loss_kinds[SOT_LOSS_KINDS] = {
	[SOT_LOST] = { "lost", "lost" },
	[SOT_LEFT_OUT] = { "leftOut", "left out" },
};

uint64_t sot_loss_total(const struct sot_loss *loss)
{
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < SOT_REASONS; i++)
		total += loss->count[i];
	return total;
}

static struct sot_talker *place_for(struct sot_talkers *all, const struct sot_process *process)
{
	struct sot_talker *least = &all->talker[0];
	size_t i;

	for (i = 0; i < all->count; i++) {
		if (!memcmp(&all->talker[i].process, process, sizeof(*process)))
			return &all->talker[i];
		if (sot_loss_total(&all->talker[i].loss) < sot_loss_total(&least->loss))
			least = &all->talker[i];
	}
	if (all->count < SOT_ACCOUNTS_MAX)
		least = &all->talker[all->count++];
	memset(least, 0, sizeof(*least));
	return least;
}

void sot_talkers_add(struct sot_talkers *all, const struct sot_talker *news)
{
	struct sot_talker *place = place_for(all, &news->process);
	size_t i;

	place->process = news->process;
	memcpy(place->comm, news->comm, sizeof(place->comm));
	for (i = 0; i < SOT_REASONS; i++)
		place->loss.count[i] += news->loss.count[i];
}

/* Into its place among those found so far, if it has one. */
static void rank(struct sot_loss_report *report, const struct sot_talker *talker)
{
	uint64_t total = sot_loss_total(&talker->loss);
	size_t i = report->talkers_count;

	if (!total)
		return;
	if (i < SOT_TALKERS_TOLD)
		report->talkers_count++;
	else if (total <= sot_loss_total(&report->talker[--i].loss))
		return;
	for (; i && total > sot_loss_total(&report->talker[i - 1].loss); i--)
		report->talker[i] = report->talker[i - 1];
	report->talker[i] = *talker;
}

void sot_loss_report(struct sot_loss_report *report, enum sot_loss_kind kind,
		     const struct sot_loss *whole, const struct sot_talkers *all)
{
	uint64_t *others, *part;
	size_t i, reason;

	report->kind = kind;
	report->whole = report->others = *whole;
	report->talkers_count = 0;
	for (i = 0; i < all->count; i++)
		rank(report, &all->talker[i]);
	for (i = 0; i < report->talkers_count; i++) {
		for (reason = 0; reason < SOT_REASONS; reason++) {
			others = &report->others.count[reason];
			part = &report->talker[i].loss.count[reason];
			if (*part > *others)
				*part = *others;
			*others -= *part;
		}
	}
}
