"""Recomputes the statistics of a results.json by NumPy and SciPy, and compares them with those that it holds.

    python3 packages/lab/scripts/check-statistics.py FILE...

Everything is computed anew from the runs: counts, mean and standard deviation, paired differences with Student's interval
alone and corrected, both tests with Holm's adjustment, verdicts, and times to targets. Exit status: 0 all equal within
1e-6, 1 something differs, 2 a file cannot be read. Conventions, as in packages/lab/src/statistics:

- a run counts if its status is "completed"; differences are over seeds that both optimizers completed;
- the metric is accuracy if every epoch of every run has one, else loss; differences are rounded to 12 decimals;
- the corrected interval is Student's at 1 - 0.05 / k, for k optimizers beside the baseline (Bonferroni); Holm counts k too;
- no t-test and no verdict where all differences are equal;
- Wilcoxon: zeros are dropped (zero_method="wilcox"); without ties and up to 50 differences scipy.stats.wilcoxon, exact;
  with ties, all 2^n signs of the mean ranks; above 50, normal with correction for ties and continuity;
- the bootstrap draws other samples here, so that its ends are compared to a tenth of the interval's width, not to 1e-6;
- time to target: medians over completed and diverged runs, a run that did not get there taking for ever.
"""

import json
import math
import sys

import numpy as np
from scipy import stats

TOLERANCE = 1e-6
LEVEL = 0.05


class Checker:
    """Counts what was compared and keeps what differs."""

    def __init__(self):
        self.compared = 0
        self.wrong = []

    def same(self, name, found, expected, tolerance=TOLERANCE):
        self.compared += 1
        if isinstance(found, (int, float)) and isinstance(expected, (int, float)):
            equal = abs(found - expected) <= tolerance
        else:
            equal = found == expected
        if not equal:
            self.wrong.append(f"{name}: {found!r} in the file, {expected!r} recomputed")


def metric_of(runs):
    every = all("testAccuracy" in epoch for run in runs for epoch in run["epochs"])
    return "accuracy" if every else "loss"


def value_of(epoch, metric):
    return epoch.get("testAccuracy" if metric == "accuracy" else "testLoss")


def finals(runs, metric):
    """By seed."""
    ends = {run["seed"]: value_of(run["epochs"][-1], metric) for run in runs}
    return {seed: value for seed, value in ends.items() if value is not None}


def spread(values):
    values = list(values)
    if not values:
        return None
    return {"mean": float(np.mean(values)), "sd": float(np.std(values, ddof=1)) if len(values) > 1 else None}


def student(differences, confidence):
    if len(set(differences)) == 1:
        return differences[0], differences[0]
    return stats.t.interval(confidence, len(differences) - 1, np.mean(differences), stats.sem(differences))


def t_test(differences):
    return float(stats.ttest_1samp(differences, 0).pvalue) if len(set(differences)) > 1 else None


def wilcoxon(differences):
    if len(differences) < 2:
        return None
    kept = np.array([value for value in differences if value != 0])
    if len(kept) == 0:
        return 1.0
    ranks = stats.rankdata(np.abs(kept))
    if len(kept) > 50:
        return float(stats.wilcoxon(kept, method="approx", correction=True).pvalue)
    if len(set(ranks)) == len(ranks):
        return float(stats.wilcoxon(kept, method="exact").pvalue)
    # The distribution of the rank sum is that of a sum of independent terms, each nothing or the rank.
    law = np.array([1.0])
    for rank in np.rint(2 * ranks).astype(int):
        term = np.zeros(rank + 1)
        term[0] = term[-1] = 0.5
        law = np.convolve(law, term)
    positive = int(round(2 * ranks[kept > 0].sum()))
    return float(min(1.0, 2 * min(law[: positive + 1].sum(), law[positive:].sum())))


def holm(p_values, k):
    known = sorted((p, i) for i, p in enumerate(p_values) if p is not None)
    adjusted, highest = [None] * len(p_values), 0.0
    for rank, (p, i) in enumerate(known):
        highest = max(highest, min(1.0, (k - rank) * p))
        adjusted[i] = highest
    return adjusted


def bootstrap(differences):
    if len(set(differences)) == 1:
        return differences[0], differences[0]
    sample = (np.array(differences),)
    result = stats.bootstrap(sample, np.mean, n_resamples=20000, batch=2000, random_state=1, method="BCa")
    return result.confidence_interval.low, result.confidence_interval.high


def verdict_of(differences, corrected, metric):
    if len(set(differences)) == 1 or corrected[0] <= 0 <= corrected[1]:
        return None
    return "better" if (corrected[0] > 0) == (metric == "accuracy") else "worse"


def check_intervals(check, name, found, d, k, metric):
    if len(d) < 2:
        for field in ("low", "high", "corrected", "bootstrap", "verdict"):
            check.same(f"{name}: {field}", found[field], None)
        return
    alone, corrected, drawn = student(d, 1 - LEVEL), student(d, 1 - LEVEL / k), bootstrap(d)
    loose = 0.1 * (drawn[1] - drawn[0]) + TOLERANCE
    for end, field in enumerate(("low", "high")):
        check.same(f"{name}: {field}", found[field], float(alone[end]))
        check.same(f"{name}: corrected {field}", found["corrected"][field], float(corrected[end]))
        # Of fewer, the means of samples take few values, from one of which to the next an end may jump.
        if len(d) >= 5:
            check.same(f"{name}: bootstrap {field}", found["bootstrap"][field], float(drawn[end]), loose)
    check.same(f"{name}: verdict", found["verdict"], verdict_of(d, corrected, metric))


def check_differences(check, summary, completed, baseline, metric):
    others = [row for row in summary if row["optimizer"] != baseline]
    k = len(others)
    base = finals(completed[baseline], metric)
    samples = []
    for row in others:
        own = finals(completed[row["optimizer"]], metric)
        samples.append([round(own[seed] - base[seed], 12) for seed in own if seed in base])
    tests = {"tTest": [t_test(d) for d in samples], "wilcoxon": [wilcoxon(d) for d in samples]}
    adjusted = {test: holm(p_values, k) for test, p_values in tests.items()}
    for i, (row, d) in enumerate(zip(others, samples)):
        name, found = f"{row['optimizer']}: difference", row["differenceToBaseline"]
        if not d:
            check.same(name, found, None)
            continue
        check.same(f"{name}: pairs", found["pairs"], len(d))
        check.same(f"{name}: mean", found["mean"], float(np.mean(d)))
        for test, p_values in tests.items():
            if p_values[i] is None:
                check.same(f"{name}: {test}", found[test], None)
                continue
            check.same(f"{name}: {test} p", found[test]["p"], p_values[i])
            check.same(f"{name}: {test} Holm", found[test]["holm"], adjusted[test][i])
        check_intervals(check, name, found, d, k, metric)


def times_to(run, target):
    """By unit; infinite where the run did not get there."""
    values = [value_of(epoch, target["metric"]) for epoch in run["epochs"]]
    sign = 1 if target["metric"] == "accuracy" else -1
    there = [i for i, v in enumerate(values) if v is not None and sign * (v - target["value"]) >= 0]
    if not there:
        return {"epoch": math.inf, "step": math.inf, "seconds": math.inf}
    epoch = run["epochs"][there[0]]
    seconds = sum(each["seconds"] for each in run["epochs"][: there[0] + 1])
    return {"epoch": epoch["epoch"], "step": epoch["step"], "seconds": seconds}


def check_targets(check, row, runs):
    known = [run for run in runs if run["status"] in ("completed", "diverged")]
    for found in row["timeToTarget"]:
        name = f"{row['optimizer']}: {found['metric']} {found['value']}"
        times = [times_to(run, found) for run in known]
        check.same(f"{name}: runs", found["runs"], len(known))
        check.same(f"{name}: reached", found["reached"], sum(math.isfinite(time["epoch"]) for time in times))
        for unit in ("epoch", "step", "seconds"):
            middle = float(np.median([time[unit] for time in times])) if times else math.inf
            check.same(f"{name}: {unit}", found[unit], middle if math.isfinite(middle) else None)


def check_row(check, row, completed):
    label = row["optimizer"]
    accuracies = [[e["testAccuracy"] for e in run["epochs"] if "testAccuracy" in e] for run in completed]
    check.same(f"{label}: completed runs", row["completedRuns"], len(completed))
    for field, values in (
        ("finalAccuracy", finals(completed, "accuracy").values()),
        ("bestAccuracy", [max(values) for values in accuracies if values]),
        ("finalLoss", finals(completed, "loss").values()),
    ):
        expected = spread(values)
        if expected is None or row[field] is None:
            check.same(f"{label}: {field}", row[field], expected)
            continue
        for part, value in expected.items():
            check.same(f"{label}: {field} {part}", row[field][part], value)
    for field in ("seconds", "examplesPerSecond"):
        check.same(
            f"{label}: {field}", row[field], float(np.mean([run[field] for run in completed])) if completed else None
        )


def check_results(check, results):
    config, runs = results["config"], results["runs"]
    labels = [optimizer["label"] for optimizer in config["optimizers"]]
    of = {label: [run for run in runs if run["optimizer"] == label] for label in labels}
    completed = {label: [run for run in of[label] if run["status"] == "completed"] for label in labels}
    metric = metric_of(runs)
    check.same("optimizers", [row["optimizer"] for row in results["summary"]], labels)
    for row in results["summary"]:
        check.same(f"{row['optimizer']}: metric", row["metric"], metric)
        check_row(check, row, completed[row["optimizer"]])
        check_targets(check, row, of[row["optimizer"]])
    check_differences(check, results["summary"], completed, config.get("baseline", labels[0]), metric)


def main(paths):
    if not paths:
        print("error: FILE: found nothing; allowed: the paths of results.json files", file=sys.stderr)
        return 2
    status = 0
    for path in paths:
        try:
            with open(path, encoding="utf-8") as file:
                results = json.load(file)
        except (OSError, ValueError) as error:
            print(f"error: {path}: {error}", file=sys.stderr)
            return 2
        check = Checker()
        check_results(check, results)
        for line in check.wrong:
            print(f"{path}: {line}")
        print(f"{path}: {check.compared} values, {len(check.wrong)} differ")
        status = status or int(bool(check.wrong))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
