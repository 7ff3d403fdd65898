using CsCheck;
using SafeLlm.Limits;

namespace SafeLlm.Tests.Ledgers;

/// <summary>Random programs, weighted so that limits fill up, leases end and windows turn within some hundred steps.</summary>
public static class LedgerPrograms
{
    private const int Second = 1_000;
    private const int Minute = 60 * Second;
    private const int Hour = 60 * Minute;
    private const long Day = 24L * Hour;

    // Before a shift of the clocks in Berlin, New York and on Lord Howe Island, the ends of a day, a month, a year, a leap day, and nothing in particular.
    private static readonly DateTimeOffset[] Instants =
    [
        Instant(2027, 3, 27, 22, 58), Instant(2027, 10, 31, 0, 40), Instant(2027, 3, 14, 4, 59), Instant(2027, 11, 7, 3, 30),
        Instant(2027, 10, 2, 14, 20), Instant(2027, 4, 3, 14, 40), Instant(2027, 1, 31, 23, 59), Instant(2027, 12, 31, 22, 59),
        Instant(2028, 2, 28, 23, 30), Instant(2027, 6, 16, 12, 0),
    ];

    private static readonly Gen<DateTimeOffset> Starts = Gen.Int[0, Instants.Length - 1].Select(i => Instants[i]);

    private static readonly Gen<LedgerStep> Holds =
        Gen.Select(
            Gen.Frequency((9, Gen.Const(-1)), (1, Gen.Int[0, 5])),
            Gen.Int[0, (1 << SpecifiedLimits.Count) - 1],
            Gen.Frequency((6, Gen.Int[1, 12]), (1, Gen.Const(0)), (1, Gen.Int[13, 60])),
            Gen.Frequency((3, Gen.Int[1, 120]), (1, Gen.Int[120, 7_200]), (1, Gen.Const(86_400))),
            Gen.Frequency((3, Gen.Const(LeaseEnd.Charge)), (1, Gen.Const(LeaseEnd.Release))))
            .Select<int, int, int, int, LeaseEnd, LedgerStep>((again, limits, size, lease, end) => new LedgerStep.Hold(again, limits, size, lease, end));

    private static readonly Gen<LedgerStep> Passes = Gen.Frequency(
        (4, Gen.Long[1, 10 * Second]), (3, Gen.Long[Second, 3 * Minute]), (2, Gen.Long[Minute, 3L * Hour]), (1, Gen.Long[Hour, 4 * Day]))
        .Select<long, LedgerStep>(milliseconds => new LedgerStep.Pass(milliseconds));

    private static readonly Gen<LedgerStep> StepsBack = Gen.Frequency(
        (4, Gen.Long[1, 10 * Second]), (2, Gen.Long[Second, 10L * Minute]), (1, Gen.Long[Minute, 12L * Hour]))
        .Select<long, LedgerStep>(milliseconds => new LedgerStep.StepBack(milliseconds));

    private static readonly Gen<LedgerStep> Steps = Gen.Frequency(
        (40, Holds),
        (25, Gen.Select(Gen.Int[0, 8], Gen.Frequency((5, Gen.Int[0, 100]), (2, Gen.Const(100)), (2, Gen.Int[101, 250]))).Select<int, int, LedgerStep>((which, percent) => new LedgerStep.Settle(which, percent))),
        (6, Gen.Int[0, 8].Select<int, LedgerStep>(which => new LedgerStep.Release(which))),
        (6, Gen.Select(Gen.Int[0, 8], Gen.Int[1, 7_200]).Select<int, int, LedgerStep>((which, lease) => new LedgerStep.Extend(which, lease))),
        (14, Passes),
        (2, StepsBack),
        (3, Gen.Select(Gen.Int[0, SpecifiedLimits.Count - 1], Gen.Int[0, 160]).Select<int, int, LedgerStep>((limit, percent) => new LedgerStep.SetCap(limit, percent))),
        (6, Gen.Const<LedgerStep>(new LedgerStep.Look())));

    /// <summary>Programs of up to so many steps.</summary>
    public static Gen<LedgerProgram> OfLength(int most) => Gen.Select(Starts, Steps.List[1, most]).Select((start, steps) => new LedgerProgram(start, steps));

    private static DateTimeOffset Instant(int year, int month, int day, int hour, int minute) => new(year, month, day, hour, minute, 0, TimeSpan.Zero);
}
