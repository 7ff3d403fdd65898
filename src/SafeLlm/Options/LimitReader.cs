using System.Globalization;
using Microsoft.Extensions.Configuration;
using SafeLlm.Limits;

namespace SafeLlm;

/// <summary>Reads one limit: <c>{ Scope, Dollars|Tokens|InputTokens|OutputTokens|Requests|ConcurrentCalls, Per, TimeZone }</c>.</summary>
internal sealed class LimitReader(IConfigurationSection section, List<string> errors)
{
    private const string Dimensions = "Dollars, Tokens, InputTokens, OutputTokens, Requests or ConcurrentCalls";

    private string scope = Limit.AppScope;
    private (string Field, string? Value)? cap;
    private string? per;
    private TimeZoneInfo? zone;

    public Limit? Read()
    {
        var before = errors.Count;
        foreach (var field in section.GetChildren()) Take(field);
        if (cap is null)
        {
            errors.Add($"{section.Path} says not what it limits; give one of {Dimensions}.");
        }

        if (cap is not { } given || errors.Count > before) return null;

        try
        {
            return Make(given.Field, given.Value)?.For(scope);
        }
        catch (ArgumentException outside)
        {
            errors.Add($"{section.Path}:{given.Field} is \"{given.Value}\": {outside.Message}");
            return null;
        }
    }

    private void Take(IConfigurationSection field)
    {
        switch (field.Key.ToUpperInvariant())
        {
            case "SCOPE": scope = field.Value ?? ""; break;
            case "PER": per = field.Value?.ToUpperInvariant(); break;
            case "TIMEZONE": zone = Zone(field); break;
            case "DOLLARS" or "TOKENS" or "INPUTTOKENS" or "OUTPUTTOKENS" or "REQUESTS" or "CONCURRENTCALLS":
                if (cap is { } first) errors.Add($"{section.Path} limits both {first.Field} and {field.Key}; write two limits.");
                cap = (field.Key, field.Value);
                break;
            default:
                errors.Add($"{field.Path} is no part of a limit; a limit has Scope, one of {Dimensions}, Per and TimeZone.");
                break;
        }
    }

    private Limit? Make(string field, string? value)
    {
        var name = field.ToUpperInvariant();
        if (name == "DOLLARS")
        {
            return decimal.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var dollars)
                ? Window(Limit.Dollars(dollars))
                : Wrong(field, value, "a number of dollars, e.g. 12.50");
        }

        if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count)) return Wrong(field, value, "a whole number");

        switch (name)
        {
            case "CONCURRENTCALLS" when per is not null || zone is not null:
                errors.Add($"{section.Path} limits concurrent calls, which have no window; remove Per and TimeZone.");
                return null;
            case "CONCURRENTCALLS": return Limit.ConcurrentCalls(count);
            case "TOKENS": return Window(Limit.Tokens(count));
            case "INPUTTOKENS": return Window(Limit.InputTokens(count));
            case "OUTPUTTOKENS": return Window(Limit.OutputTokens(count));
            default: return Window(Limit.Requests(count));
        }
    }

    private Limit? Window(LimitAmount amount)
    {
        if (zone is not null && per is "MINUTE" or "HOUR")
        {
            errors.Add($"{section.Path}:TimeZone has no meaning for {per!.ToLowerInvariant()}s, which roll; remove it.");
            return null;
        }

        switch (per)
        {
            case "MINUTE": return amount.PerMinute();
            case "HOUR": return amount.PerHour();
            case "DAY": return amount.PerDay(zone);
            case "WEEK": return amount.PerWeek(zone);
            case "MONTH": return amount.PerMonth(zone);
            default:
                errors.Add($"{section.Path}:Per is {(per is null ? "missing" : $"\"{per.ToLowerInvariant()}\"")}; give minute, hour, day, week or month.");
                return null;
        }
    }

    private TimeZoneInfo? Zone(IConfigurationSection field)
    {
        if (TimeZoneInfo.TryFindSystemTimeZoneById(field.Value ?? "", out var found)) return found;
        errors.Add($"{field.Path} is \"{field.Value}\", which is no time zone of this machine; give an IANA name, e.g. Europe/Berlin.");
        return null;
    }

    private Limit? Wrong(string field, string? value, string what)
    {
        errors.Add($"{section.Path}:{field} is \"{value}\"; give {what}.");
        return null;
    }
}
