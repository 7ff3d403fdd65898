namespace SafeLlm;

/// <summary>A document that goes with a prompt. A class and no record: a record prints its members, and a file must never be printed.</summary>
public sealed class PromptFile
{
    private PromptFile(string name, string mediaType)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(mediaType);
        Name = name;
        MediaType = mediaType;
    }

    /// <summary>A file whose bytes are sent.</summary>
    /// <param name="name">Its name, e.g. <c>report.pdf</c>: the model sees it.</param>
    /// <param name="mediaType">Its kind, e.g. <c>application/pdf</c>.</param>
    /// <param name="data">Its bytes.</param>
    public PromptFile(string name, string mediaType, ReadOnlyMemory<byte> data)
        : this(name, mediaType) => Data = data;

    /// <summary>A file that the provider fetches: OpenAI Responses and Anthropic can.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="mediaType">Its kind.</param>
    /// <param name="address">Its address, over https.</param>
    public PromptFile(string name, string mediaType, Uri address)
        : this(name, mediaType)
    {
        ArgumentNullException.ThrowIfNull(address);
        Address = address;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its kind.</summary>
    public string MediaType { get; }

    /// <summary>Its bytes; empty where the provider fetches it.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Where the provider fetches it; null where its bytes are sent.</summary>
    public Uri? Address { get; }

    internal string DataUri => $"data:{MediaType};base64,{Convert.ToBase64String(Data.Span)}";

    /// <summary>Kind and size; never name or content.</summary>
    public override string ToString() => FormattableString.Invariant($"{MediaType}, {Data.Length} bytes");
}
