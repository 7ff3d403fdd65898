using SafeLlm.Anomalies;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Tests.Anomalies;

public sealed class AnomalyDetectorTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly UsageNorm Pro = new(3_600, 8_000, NanoUsd.FromDollars(50m));

    private readonly AnomalyDetector detector = new(new AnomalyOptions());
    private readonly UsageBaseline baseline = new(Start);

    private static UsageNorm NoTier => default;

    [Fact]
    public void Requests_AboveFiveTimesTheArticlesBaseline_AreARequestSpikeAndHigh()
    {
        WarmUp();
        Assert.Empty(Requests(50, Day(2)).Anomalies);

        var verdict = Requests(1, Day(2));

        var anomaly = Assert.Single(verdict.Anomalies);
        Assert.Equal((AnomalyKind.RequestSpike, AnomalySeverity.High), (anomaly.Kind, anomaly.Severity));
        Assert.Equal((51, 10, 50), (anomaly.Current, anomaly.Baseline, anomaly.Threshold));
        Assert.Equal((AnomalyAction.Freeze, false), (verdict.Action, verdict.IsWarmingUp));
        Assert.Contains("request_spike: 51 requests in ", anomaly.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_AboveThreeTimesTheArticlesBaseline_AreATokenSpikeAndMedium()
    {
        WarmUp();
        AnomalyVerdict verdict = default;
        for (var i = 0; i < 5; i++) verdict = detector.NoteCall(baseline, NoTier, 1_500, NanoUsd.Zero, Day(2));
        Assert.Empty(verdict.Anomalies);

        verdict = detector.NoteCall(baseline, NoTier, 1_506, NanoUsd.Zero, Day(2));

        var anomaly = Assert.Single(verdict.Anomalies);
        Assert.Equal((AnomalyKind.TokenSpike, AnomalySeverity.Medium, Dimension.Tokens), (anomaly.Kind, anomaly.Severity, anomaly.Dimension));
        Assert.Equal((1_501, 500, 1_500), (anomaly.Current, anomaly.Baseline, anomaly.Threshold));
        Assert.Equal(AnomalyAction.Alert, verdict.Action);
    }

    [Fact]
    public void Money_AboveFiveTimesTheArticlesDay_IsACostSpikeAndHigh()
    {
        WarmUp();

        Assert.Empty(detector.NoteCall(baseline, NoTier, 100, NanoUsd.FromDollars(0.2m), Day(2)).Anomalies);
        var verdict = detector.NoteCall(baseline, NoTier, 100, NanoUsd.FromDollars(0.01m), Day(2));

        var anomaly = Assert.Single(verdict.Anomalies);
        Assert.Equal((AnomalyKind.CostSpike, AnomalySeverity.High, Dimension.Dollars), (anomaly.Kind, anomaly.Severity, anomaly.Dimension));
        Assert.Equal(AnomalyAction.Freeze, verdict.Action);
        Assert.Equal("cost_spike: $0.21 in 60 minutes, where $0.041666667 are usual and $0.208333335 the most", anomaly.Describe());
    }

    [Fact]
    public void Tier_AFifthOfItIsUsual_SoItsWholeRateIsNoAnomaly()
    {
        WarmUp(Pro);
        AnomalyVerdict verdict = default;
        for (var second = 0; second < 3_600; second++) verdict = detector.NoteRequest(baseline, Pro, Day(2).AddSeconds(second));
        Assert.Empty(verdict.Anomalies);

        verdict = detector.NoteRequest(baseline, Pro, Day(2).AddSeconds(3_599));

        // Both windows are left; the shorter is left by more.
        Assert.Equal((301, 60), (Assert.Single(verdict.Anomalies).Current, verdict.Anomalies[0].Baseline));
    }

    [Fact]
    public void Burst_FarAboveTheUsual_IsSeenWithinFiveMinutes()
    {
        for (var day = 0; day < 3; day++)
        {
            for (var minute = 0; minute < 60 * 8; minute++) Requests(2, Day(day).AddMinutes(minute));
        }

        Assert.Equal((120, 10), (baseline.Learned.RequestsPerHour, baseline.Learned.RequestsPerBurst));
        Assert.Empty(Requests(50, Day(3)).Anomalies);

        Assert.Equal(UsageBaseline.Burst, Assert.Single(Requests(1, Day(3)).Anomalies).Window);
    }

    [Fact]
    public void WarmUp_WhateverHappens_OnlyAlerts()
    {
        var verdict = Requests(100_000, Start);
        Assert.Equal((AnomalyAction.Alert, true), (verdict.Action, verdict.IsWarmingUp));

        Assert.Equal(AnomalyAction.Alert, Requests(100_000, Start.AddHours(24).AddTicks(-1)).Action);

        var later = new UsageBaseline(Start);
        detector.NoteRequest(later, NoTier, Start);
        for (var i = 0; i < 51; i++) verdict = detector.NoteRequest(later, NoTier, Start.AddHours(24));
        Assert.Equal((AnomalyAction.Freeze, false), (verdict.Action, verdict.IsWarmingUp));
    }

    [Fact]
    public void Learned_AnAttackOfOneDay_MovesNothing()
    {
        for (var day = 0; day < 4; day++) Requests(30, Day(day));
        Assert.Equal(30, baseline.Learned.RequestsPerHour);

        Requests(100_000, Day(4));
        Requests(30, Day(5));

        Assert.Equal(30, baseline.Learned.RequestsPerHour);
    }

    [Fact]
    public void FirstDay_WhateverItBrought_BlindsTheSecondToNoMoreThanItsTierAllows()
    {
        // An hour's flood, most of which the tier refused, at a money that it let through.
        for (var i = 0; i < 100_000; i++) detector.NoteRefused(baseline, Pro, Start);
        for (var i = 0; i < 60; i++) detector.NoteCall(baseline, Pro, 8_000, NanoUsd.FromDollars(0.8m), Start);
        detector.NoteRequest(baseline, Pro, Day(1));

        Assert.Equal(new UsagePeaks(3_600, 300, 4_800, NanoUsd.FromDollars(5m), NanoUsd.FromDollars(5m)), baseline.Learned);

        for (var i = 0; i < 1_500; i++) detector.NoteRefused(baseline, Pro, Day(1).AddHours(1));
        Assert.Equal(AnomalyAction.Freeze, detector.NoteRefused(baseline, Pro, Day(1).AddHours(1)).Action);
        baseline.Forgive();
        for (var i = 0; i < 31; i++) detector.NoteCall(baseline, Pro, 8_000, NanoUsd.FromDollars(0.8m), Day(1).AddHours(2));
        Assert.Equal(AnomalyAction.Freeze, detector.NoteCall(baseline, Pro, 8_000, NanoUsd.FromDollars(0.8m), Day(1).AddHours(2)).Action);
    }

    [Fact]
    public void FirstDay_OfAKeyInConstantAbuse_IsFrozenOnTheSecond()
    {
        var verdict = default(AnomalyVerdict);
        for (var minute = 0; minute < 26 * 60 && verdict.Action != AnomalyAction.Freeze; minute++)
        {
            for (var i = 0; i < 400; i++) verdict = detector.NoteRefused(baseline, Pro, Start.AddMinutes(minute));
        }

        Assert.Equal((AnomalyAction.Freeze, AnomalyKind.RequestSpike), (verdict.Action, verdict.Anomalies[0].Kind));
    }

    [Fact]
    public void FirstDay_WithoutATier_IsTakenAsItIs()
    {
        Requests(5_000, Start);
        Requests(1, Day(1));

        Assert.Equal(5_000, baseline.Learned.RequestsPerHour);
    }

    [Fact]
    public void Learned_GrowthThatLasts_IsFollowedInDays()
    {
        for (var day = 0; day < 4; day++) Requests(30, Day(day));
        for (var day = 4; day < 12; day++) Requests(300, Day(day));
        Requests(1, Day(12));

        Assert.Equal(300, baseline.Learned.RequestsPerHour);
    }

    [Fact]
    public void Learned_DaysWithoutACall_AreNoDays()
    {
        for (var day = 0; day < 4; day++) Requests(30, Day(day));
        Requests(30, Day(300));

        Assert.Equal(30, baseline.Learned.RequestsPerHour);
    }

    [Fact]
    public void Restore_DaysOfAStore_GoOnWhereTheyStopped()
    {
        var kept = new List<UsageDay>();
        for (var day = 0; day < 4; day++)
        {
            Requests(30, Day(day));
            foreach (var one in baseline.RecentDays())
            {
                kept.RemoveAll(known => known.Start == one.Start);
                kept.Add(one);
            }
        }

        var now = Day(3).AddHours(2);
        var restored = new UsageBaseline(now);
        detector.NoteRequest(restored, NoTier, now);
        detector.Restore(restored, NoTier, kept, now);

        Assert.Equal(Start, restored.FirstAt);
        Assert.Equal(baseline.Learned, restored.Learned);
        Assert.Equal(Day(3), Assert.Single(restored.RecentDays()).Start);
        Assert.Equal(30, restored.RecentDays()[0].Peaks.RequestsPerHour);
    }

    [Fact]
    public void Restore_DaysThatSeveralNodesKept_AreOneDayEach()
    {
        // Each node saw the key's first call for itself, an hour after the one before.
        var kept = Enumerable.Range(0, 5).SelectMany(day => Enumerable.Range(0, 3).Select(node =>
            new UsageDay(Day(day).AddHours(node), new UsagePeaks(day == 2 ? 5_000 : 100, 20, 100, new NanoUsd(1), new NanoUsd(1))))).ToList();
        var (one, several) = (new UsageBaseline(Day(5)), new UsageBaseline(Day(5)));

        detector.Restore(one, NoTier, kept.Where(day => day.Start.Hour == Start.Hour), Day(5));
        detector.Restore(several, NoTier, kept, Day(5));

        Assert.Equal(one.Learned, several.Learned);
        Assert.Equal(100, several.Learned.RequestsPerHour);
    }

    [Fact]
    public void CallsThatSpendNothing_ThinOutNoAverage()
    {
        WarmUp();
        var now = Day(2);
        var found = default(AnomalyVerdict);
        for (var i = 0; i < 8; i++)
        {
            for (var j = 0; j < 5; j++) detector.NoteUsage(baseline, NoTier, 0, NanoUsd.Zero, now);
            found = detector.NoteUsage(baseline, NoTier, 5_000, NanoUsd.Zero, now);
        }

        Assert.Contains(found.Anomalies, anomaly => anomaly.Kind == AnomalyKind.TokenSpike);
    }

    [Fact]
    public void Forgive_TheLastHour_IsJudgedAnew()
    {
        WarmUp();
        Assert.NotEmpty(Requests(60, Day(2)).Anomalies);

        baseline.Forgive();

        Assert.Empty(Requests(50, Day(2)).Anomalies);
        Assert.NotEmpty(Requests(1, Day(2)).Anomalies);
    }

    [Fact]
    public void Note_AsUsual_AllocatesNothing()
    {
        Requests(1, Start);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++) detector.NoteCall(baseline, NoTier, 100, NanoUsd.Zero, Start.AddHours(i));

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Note_InAFlood_AllocatesNothingEither()
    {
        Assert.NotEmpty(Requests(60, Start).Anomalies);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var verdict = Requests(10_000, Start);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(51, Assert.Single(verdict.Anomalies).Current);
        Assert.Equal(10_061, Assert.Single(Requests(1, Start.AddMinutes(5)).Anomalies).Current);
    }

    [Fact]
    public void Usage_BelowNothing_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => detector.NoteUsage(baseline, NoTier, -1, NanoUsd.Zero, Start));
        Assert.Throws<ArgumentOutOfRangeException>(() => detector.NoteUsage(baseline, NoTier, 1, new NanoUsd(-1), Start));
    }

    private static DateTimeOffset Day(int day) => Start.AddDays(day);

    private void WarmUp(UsageNorm norm = default) => detector.NoteRequest(baseline, norm, Start);

    private AnomalyVerdict Requests(int many, DateTimeOffset at)
    {
        AnomalyVerdict verdict = default;
        for (var i = 0; i < many; i++) verdict = detector.NoteRequest(baseline, NoTier, at);
        return verdict;
    }
}
