using System.Buffers;
using System.Globalization;
using System.Text;

namespace SafeLlm.Signing;

/// <summary>
/// Prints a number as Python's <c>repr(float)</c> does: the fewest digits that read back as the same number, fixed from 1e-4 up to 1e16
/// and always with a fraction, otherwise with an exponent of a sign and at least two digits.
/// </summary>
internal static class PythonFloat
{
    private const int MostFixedDigits = 16;
    private const int MostZeros = 4;

    /// <summary>False where the number overflows.</summary>
    public static bool TryWrite(string token, IBufferWriter<byte> output)
    {
        var value = double.Parse(token, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(value)) return false;
        output.Write(Encoding.ASCII.GetBytes(Format(value)));
        return true;
    }

    public static string Format(double value)
    {
        var sign = double.IsNegative(value) ? "-" : "";
        if (value == 0) return sign + "0.0";
        // The shortest digits are the same everywhere; only their layout differs.
        var (digits, exponent) = Digits(value.ToString("R", CultureInfo.InvariantCulture));
        if (exponent is < -MostZeros or >= MostFixedDigits)
        {
            var fraction = digits.Length > 1 ? "." + digits[1..] : "";
            return string.Create(CultureInfo.InvariantCulture, $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):D2}");
        }

        if (exponent < 0) return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        return digits.Length <= exponent + 1
            ? $"{sign}{digits.PadRight(exponent + 1, '0')}.0"
            : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    /// <summary>The significant digits, without zeros on either side, and the power of ten of the first.</summary>
    private static (string Digits, int Exponent) Digits(string shortest)
    {
        var text = shortest.AsSpan().TrimStart('-');
        var exponentAt = text.IndexOf('E');
        var exponent = exponentAt < 0 ? 0 : int.Parse(text[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (exponentAt >= 0) text = text[..exponentAt];
        var point = text.IndexOf('.');
        var whole = point < 0 ? text : text[..point];
        var all = string.Concat(whole, point < 0 ? default : text[(point + 1)..]);
        var significant = all.TrimStart('0');
        exponent += whole.Length - 1 - (all.Length - significant.Length);
        return (significant.TrimEnd('0'), exponent);
    }
}
