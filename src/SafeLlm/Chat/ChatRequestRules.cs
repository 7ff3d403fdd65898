namespace SafeLlm.Chat;

/// <summary>What must hold of a typed request, whatever the format it is written in.</summary>
internal static class ChatRequestRules
{
    /// <exception cref="ArgumentException">The request lacks something, or has a value outside its range.</exception>
    public static void Check(ChatRequest request, bool withBound = true)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (string.IsNullOrWhiteSpace(request.Model)) throw new ArgumentException("Model is empty; name the model.", nameof(request));
        if (request.Messages is not { Count: > 0 }) throw new ArgumentException("Messages is empty; a call needs at least one.", nameof(request));
        if (withBound && request.MaxOutputTokens < 1) throw new ArgumentOutOfRangeException(nameof(request), request.MaxOutputTokens, "MaxOutputTokens is below 1; give the most tokens that may be generated.");
        if (request.Temperature is { } heat && !(heat is >= 0 and <= 2)) throw new ArgumentOutOfRangeException(nameof(request), heat, "Temperature must be between 0 and 2.");
        if (request.TopP is { } share && !(share is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(request), share, "TopP must be between 0 and 1.");
    }

    /// <summary>What a format has no word for: dropped in silence, the request would mean something else.</summary>
    public static ArgumentException Unsayable(string what, string format, string instead) =>
        new($"{what} cannot be said in the format {format}. {instead}");
}
