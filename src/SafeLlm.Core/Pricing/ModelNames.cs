namespace SafeLlm.Pricing;

/// <summary>What model names carry around the name itself.</summary>
internal static class ModelNames
{
    private static readonly string[] Paths = ["models/", "publishers/google/models/", "publishers/anthropic/models/", "publishers/meta/models/", "publishers/mistralai/models/"];

    /// <summary>The name without the path of a resource, and without the owner and the id behind a fine-tuned model.</summary>
    public static string Bare(string model)
    {
        foreach (var path in Paths)
        {
            if (model.StartsWith(path, StringComparison.Ordinal))
            {
                return model[path.Length..];
            }
        }

        if (model.StartsWith("ft:", StringComparison.Ordinal) && model.IndexOf(':', 3) is > 0 and var end)
        {
            return model[..end];
        }

        return model;
    }

    /// <summary>
    /// The name without a date or <c>latest</c> at its end: -2024-08-06, -20240806, @20240806, -08-2024, -latest. What is cut off
    /// says when, never what; four digits alone could be either and stay.
    /// </summary>
    public static string? Undated(string model)
    {
        if (model.EndsWith("-latest", StringComparison.Ordinal) || model.EndsWith("@latest", StringComparison.Ordinal))
        {
            return model[..^7];
        }

        return Ends(model, "-dddd-dd-dd") ?? Ends(model, "-dddddddd") ?? Ends(model, "@dddddddd") ?? Ends(model, "-dd-dddd");
    }

    private static string? Ends(string model, string pattern)
    {
        if (model.Length <= pattern.Length)
        {
            return null;
        }

        var tail = model.AsSpan(model.Length - pattern.Length);
        for (var index = 0; index < pattern.Length; index++)
        {
            if (pattern[index] == 'd' ? !char.IsAsciiDigit(tail[index]) : tail[index] != pattern[index])
            {
                return null;
            }
        }

        return model[..^pattern.Length];
    }
}
