using System.Text;

namespace SafeLlm.Formats;

/// <summary>A <c>\u</c> escape as its digits come, and the half of a surrogate pair that waits for the other.</summary>
internal struct UnicodeEscape
{
    private int _unit;
    private int _left;
    private char _high;

    /// <summary>Whether all digits are there.</summary>
    public readonly bool IsWhole => _left == 0;

    /// <summary>Whether it is the first half of a pair.</summary>
    public readonly bool IsHigh => char.IsHighSurrogate((char)_unit);

    public void Begin() => (_unit, _left) = (0, 4);

    /// <summary>Takes the next digit; false where it is none.</summary>
    public bool TryTake(byte digit)
    {
        if (!char.IsAsciiHexDigit((char)digit)) return false;
        _unit = (_unit << 4) | ((digit & 0xF) + (digit > '9' ? 9 : 0));
        _left--;
        return true;
    }

    /// <summary>The character; null where it is the first half of a pair, which is kept.</summary>
    public Rune? Take()
    {
        var unit = (char)_unit;
        if (char.IsHighSurrogate(unit))
        {
            _high = unit;
            return null;
        }

        if (!char.IsLowSurrogate(unit)) return new Rune(unit);
        var high = _high;
        _high = default;
        return high != default ? new Rune(high, unit) : Rune.ReplacementChar;
    }

    /// <summary>Gives up the half that waits; false where there is none.</summary>
    public bool DropHigh()
    {
        var waits = _high != default;
        _high = default;
        return waits;
    }
}
