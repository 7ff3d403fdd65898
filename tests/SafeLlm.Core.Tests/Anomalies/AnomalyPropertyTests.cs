using CsCheck;
using SafeLlm.Anomalies;
using SafeLlm.Pricing;

namespace SafeLlm.Tests.Anomalies;

public sealed class AnomalyPropertyTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly UsageNorm Norm = new(600, 4_500, NanoUsd.FromDollars(1m));
    private static readonly AnomalyOptions Options = new();

    private static readonly Gen<(int Minutes, int Tokens, long Cost)[]> Calls = Gen.Select(
        Gen.Frequency((20, Gen.Int[0, 2]), (5, Gen.Int[3, 90]), (1, Gen.Int[91, 4_000])),
        Gen.Frequency((5, Gen.Int[0, 900]), (1, Gen.Int[901, 20_000])),
        Gen.Frequency((5, Gen.Long[0, 1_000_000]), (1, Gen.Long[1_000_001, 400_000_000]))).Array[0, 200];

    [Fact]
    public void Verdict_OfAnyCalls_IsThatOfTheSpecification() =>
        Calls.Sample(calls =>
        {
            var detector = new AnomalyDetector(Options);
            var baseline = new UsageBaseline(Start);
            var specified = new SpecifiedDetector(Options, Norm, Start);
            var now = Start;
            foreach (var (minutes, tokens, cost) in calls)
            {
                now = now.AddMinutes(minutes);
                var verdict = detector.NoteCall(baseline, Norm, tokens, new NanoUsd(cost), now);
                Assert.Equal(specified.Note(tokens, cost, now), verdict.Anomalies.Select(anomaly => anomaly.Kind));
                Assert.Equal(specified.Learned, baseline.Learned);
                Assert.All(verdict.Anomalies, anomaly => Assert.True(anomaly.Current > anomaly.Threshold && anomaly.Threshold >= anomaly.Baseline));
            }
        });

    [Fact]
    public void Learned_WithOneWildDayAmongMany_StaysWithinTheOthers() =>
        Gen.Select(Gen.Int[1, 40].Array[3, 12], Gen.Int[0, 11], Gen.Int[1_000, 5_000]).Sample((days, at, wild) =>
        {
            var detector = new AnomalyDetector(Options);
            var baseline = new UsageBaseline(Start);
            var now = Start;
            List<int> all = [.. days];
            all.Insert(at % all.Count, wild);
            foreach (var requests in all.Append(1))
            {
                for (var i = 0; i < requests; i++) detector.NoteRequest(baseline, default, now);
                now = now.AddDays(1);
            }

            Assert.InRange(baseline.Learned.RequestsPerHour, days.Min(), days.Max());
        });

    [Fact]
    public void Learned_WhateverADayBrings_DoublesAtMost() =>
        Gen.Int[0, 2_000].Array[2, 20].Sample(days =>
        {
            var detector = new AnomalyDetector(Options);
            var baseline = new UsageBaseline(Start);
            detector.NoteRequest(baseline, default, Start);
            for (var day = 1; day < days.Length; day++)
            {
                var before = detector.UsualOf(baseline, default);
                for (var i = 0; i < days[day]; i++) detector.NoteRequest(baseline, default, Start.AddDays(day));
                var hasLearned = baseline.Learned.RequestsPerHour;
                if (day > 1) Assert.InRange(hasLearned, 0, 2 * before.RequestsPerHour);
            }
        });

    [Fact]
    public void WarmUp_AnyCalls_NeverDoMoreThanAlert() =>
        Calls.Sample(calls =>
        {
            var detector = new AnomalyDetector(Options with { OnHigh = AnomalyAction.RequireOperator, OnMedium = AnomalyAction.Freeze });
            var baseline = new UsageBaseline(Start);
            var now = Start;
            foreach (var (minutes, tokens, cost) in calls)
            {
                now = now.AddMinutes(minutes);
                if (now - Start >= Options.WarmUp) return;
                var verdict = detector.NoteCall(baseline, Norm, tokens, new NanoUsd(cost), now);
                Assert.True(verdict.Action is null or AnomalyAction.Alert);
            }
        });
}
