using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Reads the fields of one section. By hand: a binder skips what it does not know, and a limit that was spelled wrong and
/// skipped is no limit. Errors are collected, so that all are told at once.
/// </summary>
internal sealed class ConfigurationFields(IConfiguration section, List<string> errors)
{
    private readonly Dictionary<string, IConfigurationSection> unread =
        section.GetChildren().ToDictionary(child => child.Key, StringComparer.OrdinalIgnoreCase);

    private readonly List<string> known = [];

    public void Text(string name, Action<string> set)
    {
        if (TakeValue(name) is { } field) set(field.Value!);
    }

    public void Whole(string name, Action<long> set)
    {
        if (TakeValue(name) is not { } field) return;
        if (long.TryParse(field.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)) set(value);
        else Wrong(field, IsWhole(field.Value!) ? string.Create(CultureInfo.InvariantCulture, $"a whole number from {long.MinValue} to {long.MaxValue}") : "a whole number");
    }

    public void Number(string name, Action<double> set)
    {
        if (TakeValue(name) is not { } field) return;
        if (double.TryParse(field.Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)) set(value);
        else Wrong(field, "a number, e.g. 2.5");
    }

    public void Dollars(string name, Action<decimal> set)
    {
        if (TakeValue(name) is not { } field) return;
        if (decimal.TryParse(field.Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)) set(value);
        else Wrong(field, "a number of dollars, e.g. 12.50");
    }

    public void Time(string name, Action<TimeSpan> set)
    {
        if (TakeValue(name) is not { } field) return;
        // With a colon: "10" alone would be ten days.
        if (field.Value!.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(field.Value, CultureInfo.InvariantCulture, out var value)) set(value);
        else Wrong(field, "hours, minutes and seconds, e.g. 00:05:00");
    }

    public void Instant(string name, Action<DateTimeOffset> set)
    {
        if (TakeValue(name) is not { } field) return;
        // An instant without an offset would mean another one on another machine.
        if (DateTimeOffset.TryParseExact(field.Value, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value)
            && (field.Value!.EndsWith('Z') || field.Value.LastIndexOfAny(['+', '-']) > 10)) set(value);
        else Wrong(field, "an instant with its offset, e.g. 2026-11-23T12:00:00Z");
    }

    public void Switch(string name, Action<bool> set)
    {
        if (TakeValue(name) is not { } field) return;
        if (bool.TryParse(field.Value, out var value)) set(value);
        else Wrong(field, "true or false");
    }

    public void Name<T>(string name, Action<T> set)
        where T : struct, Enum
    {
        if (TakeValue(name) is not { } field) return;
        // Numbers would parse too, undefined ones included.
        if (Enum.GetNames<T>().FirstOrDefault(member => member.Equals(field.Value, StringComparison.OrdinalIgnoreCase)) is { } found) set(Enum.Parse<T>(found));
        else Wrong(field, "one of " + string.Join(", ", Enum.GetNames<T>()));
    }

    public void Texts(string name, Action<string> add) => Texts(name, (_, value) => add(value));

    public void Texts(string name, Action<IConfigurationSection, string> add)
    {
        foreach (var part in TakeParts(name))
        {
            if (part.Value is { Length: > 0 } value) add(part, value);
            else errors.Add($"{part.Path} is empty or has parts; give a text.");
        }
    }

    /// <summary>Reads each part of a list or of an object as fields of its own.</summary>
    public void Each(string name, Action<IConfigurationSection, ConfigurationFields> read)
    {
        foreach (var part in TakeParts(name))
        {
            if (!part.GetChildren().Any())
            {
                errors.Add($"{part.Path} is a single value; give an object.");
                continue;
            }

            var fields = new ConfigurationFields(part, errors);
            read(part, fields);
            fields.Close();
        }
    }

    /// <summary>Reads one object as fields of its own.</summary>
    public void Part(string name, Action<ConfigurationFields> read)
    {
        known.Add(name);
        if (!unread.Remove(name, out var field)) return;
        if (!field.GetChildren().Any())
        {
            errors.Add($"{field.Path} is a single value; give an object.");
            return;
        }

        var fields = new ConfigurationFields(field, errors);
        read(fields);
        fields.Close();
    }

    /// <summary>Reads an object whose names are the user's own.</summary>
    public void Pairs(string name, Action<string, string> add)
    {
        foreach (var part in TakeParts(name)) Pair(part, part.Key, add);
    }

    // Configuration takes a colon for the beginning of a part, and models have them in their names.
    private static void Pair(IConfigurationSection part, string name, Action<string, string> add)
    {
        if (part.Value is { } value) add(name, value);
        foreach (var rest in part.GetChildren()) Pair(rest, $"{name}:{rest.Key}", add);
    }

    /// <summary>Refuses what nobody asked for.</summary>
    public void Close()
    {
        foreach (var field in unread.Values)
        {
            errors.Add($"{field.Path} is no setting that SafeLlm knows; correct or remove it. It knows {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
        }
    }

    private IConfigurationSection? TakeValue(string name)
    {
        known.Add(name);
        if (!unread.Remove(name, out var field)) return null;
        if (field.GetChildren().Any())
        {
            errors.Add($"{field.Path} has parts; give a single value.");
            return null;
        }

        return field.Value is null ? null : field;
    }

    private IEnumerable<IConfigurationSection> TakeParts(string name)
    {
        known.Add(name);
        if (!unread.Remove(name, out var field)) return [];
        if (string.IsNullOrEmpty(field.Value)) return field.GetChildren();
        errors.Add($"{field.Path} is a single value; give a list or an object.");
        return [];
    }

    private static bool IsWhole(string text) => text.AsSpan(text.StartsWith('-') ? 1 : 0) is { Length: > 0 } digits && !digits.ContainsAnyExceptInRange('0', '9');

    private void Wrong(IConfigurationSection field, string expected) => errors.Add($"{field.Path} is \"{field.Value}\"; give {expected}.");
}
