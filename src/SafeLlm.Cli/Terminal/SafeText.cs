using System.Globalization;
using System.Text;

namespace SafeLlm.Cli.Terminal;

/// <summary>
/// Text of others for a terminal or a page: whoever named a user or a model must not move the cursor, colour the screen, ring,
/// or turn the reading direction of what stands around it. What would is written out: <c>\x1b</c>.
/// </summary>
internal static class SafeText
{
    public static string Of(string text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = Rune.GetUnicodeCategory(rune) switch
            {
                UnicodeCategory.Control => shown.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
                UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
                    => shown.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}"),
                _ => shown.Append(rune.ToString()),
            };
        }

        return shown.ToString();
    }
}
