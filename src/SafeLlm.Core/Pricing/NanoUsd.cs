using System.Globalization;

namespace SafeLlm.Pricing;

/// <summary>
/// An amount of money in whole nano-dollars (10⁻⁹ US dollars), so that sums are exact and survive stores that only have doubles.
/// People read and write <see cref="Dollars"/>.
/// </summary>
public readonly record struct NanoUsd(long Value) : IComparable<NanoUsd>
{
    private const decimal PerDollar = 1_000_000_000m;

    /// <summary>Nothing.</summary>
    public static NanoUsd Zero => default;

    /// <summary>The amount in dollars, exact.</summary>
    public decimal Dollars => Value / PerDollar;

    /// <summary>The amount for a number of dollars, rounded up to a whole nano-dollar.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than nine billion dollars either way.</exception>
    public static NanoUsd FromDollars(decimal dollars)
    {
        var nanos = decimal.Ceiling(dollars * PerDollar);
        return nanos is >= long.MinValue and <= long.MaxValue
            ? new NanoUsd((long)nanos)
            : throw new ArgumentOutOfRangeException(nameof(dollars), dollars, "An amount of money must stay within nine billion dollars.");
    }

    /// <inheritdoc/>
    public int CompareTo(NanoUsd other) => Value.CompareTo(other.Value);

    /// <summary>The sum. Saturates instead of overflowing, so that an absurd amount stays absurd and is refused.</summary>
    public static NanoUsd operator +(NanoUsd left, NanoUsd right)
    {
        var sum = unchecked(left.Value + right.Value);
        return ((left.Value ^ sum) & (right.Value ^ sum)) < 0 ? new NanoUsd(left.Value < 0 ? long.MinValue : long.MaxValue) : new NanoUsd(sum);
    }

    /// <summary>The difference.</summary>
    public static NanoUsd operator -(NanoUsd left, NanoUsd right) => new(checked(left.Value - right.Value));

    /// <summary>Whether the left amount is smaller.</summary>
    public static bool operator <(NanoUsd left, NanoUsd right) => left.Value < right.Value;

    /// <summary>Whether the left amount is larger.</summary>
    public static bool operator >(NanoUsd left, NanoUsd right) => left.Value > right.Value;

    /// <summary>Whether the left amount is not larger.</summary>
    public static bool operator <=(NanoUsd left, NanoUsd right) => left.Value <= right.Value;

    /// <summary>Whether the left amount is not smaller.</summary>
    public static bool operator >=(NanoUsd left, NanoUsd right) => left.Value >= right.Value;

    /// <summary>The amount in dollars with as many places as it has, at least two.</summary>
    public override string ToString() => Dollars.ToString("$0.00#######;-$0.00#######", CultureInfo.InvariantCulture);
}
