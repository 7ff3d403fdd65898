#!/usr/bin/env python3
"""Recall and precision of `safellm scan` (SLLM001 and SLLM004 together) on hand-made labels, by SDK and by evidence.

usage: confusion.py LABELS.jsonl CORPUS SAFELLM

CORPUS holds one folder a repository, owner+name, checked out at the labelled commit. SAFELLM is the command, such as
"dotnet artifacts/bin/SafeLlm.Cli/release/safellm.dll". Exits with 1 where a figure of the project's goals is missed.
"""
import collections
import json
import os
import subprocess
import sys


def scan(command, folder):
    run = subprocess.run([*command, "scan", folder, "--json", "--exit-zero", "--rule", "SLLM001", "SLLM004"], capture_output=True, text=True, timeout=600)
    if run.returncode != 0:
        sys.exit(f"{folder}: exit {run.returncode}\n{run.stderr}")
    summary = next((line for line in run.stderr.splitlines() if " findings in " in line), run.stderr.strip())
    print(f"{os.path.basename(folder)}: {summary}")
    return [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]


def main(labels_file, corpus, command):
    with open(labels_file, encoding="utf-8") as lines:
        labels = [json.loads(line) for line in lines if line.strip()]
    reports = {}
    for repository in sorted({label["repo"] for label in labels}):
        folder = os.path.join(corpus, repository.replace("/", "+"))
        if not os.path.isdir(folder):
            sys.exit(f"{folder} is absent")
        reports[repository] = scan(command, folder)

    tables = {"sdk": collections.defaultdict(collections.Counter), "evidence": collections.defaultdict(collections.Counter)}
    total = collections.Counter()
    wrong = []
    for label in labels:
        hit = any(one["file"] == label["file"] and one["line"] <= label["line"] <= one["endLine"] for one in reports[label["repo"]])
        key = (str(label["bounded"]).lower(), hit)
        total[key] += 1
        for table, rows in tables.items():
            rows[label[table]][key] += 1
        if (label["bounded"] is False) != hit:
            wrong.append((label, hit))

    columns = [("false", True), ("false", False), ("true", False), ("true", True), ("unknown", False), ("unknown", True)]
    for table, rows in tables.items():
        print(f"\n{table:36} found missed | quiet REPORTED | quiet REPORTED")
        for name, row in sorted(rows.items()):
            print(f"{name:36} {row[columns[0]]:5} {row[columns[1]]:6} | {row[columns[2]]:5} {row[columns[3]]:8} | {row[columns[4]]:5} {row[columns[5]]:8}")
    print()
    for label, hit in wrong:
        print(f"{'report on ' + str(label['bounded']).lower() if hit else 'missed'}: {label['repo']} {label['file']}:{label['line']} {label['sdk']} {label['call']}: {label['why']}")

    bad = total["false", True] + total["false", False]
    recall = total["false", True] / bad if bad else 1.0
    reported = total["false", True] + total["true", True] + total["unknown", True]
    precision = total["false", True] / reported if reported else 1.0
    print(f"\nrecall {recall:.3f} of {bad}, precision {precision:.3f}, reports on true {total['true', True]}, on unknown {total['unknown', True]}")
    return 0 if recall >= 0.95 and total["true", True] == 0 and total["unknown", True] <= 1 else 1


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3].split()))
