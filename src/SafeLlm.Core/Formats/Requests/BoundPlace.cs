namespace SafeLlm.Formats;

/// <summary>An output bound in a request: the member that it stands under, its value, and where that stands.</summary>
internal readonly struct BoundPlace(string name, long? tokens, ValuePlace place)
{
    private readonly OptionalCount tokens = new(tokens);

    /// <summary>The member.</summary>
    public string Name { get; } = name;

    /// <summary>Null where the value is <c>null</c> or says "no bound".</summary>
    public long? Tokens => tokens.Value;

    /// <summary>Where the value stands.</summary>
    public ValuePlace Place { get; } = place;
}
