namespace SafeLlm.Formats;

/// <summary>An output bound in a request: the member that it stands under, its value, and where that stands.</summary>
internal readonly struct BoundPlace(string name, long? tokens, ValuePlace place)
{
    // As short as it can be: nearly every request has one.
    private readonly long tokens = tokens ?? -1;

    /// <summary>The member.</summary>
    public string Name { get; } = name;

    /// <summary>Null where the value is <c>null</c> or says "no bound".</summary>
    public long? Tokens => tokens < 0 ? null : tokens;

    /// <summary>Where the value stands.</summary>
    public ValuePlace Place { get; } = place;
}
