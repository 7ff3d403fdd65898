namespace SafeLlm.Formats;

/// <summary>Replaces pieces of a body. Every byte outside of them stays as it was.</summary>
internal sealed class BodySplicer
{
    private readonly List<(ValuePlace Place, byte[] Text)> _splices = [];

    public void Replace(ValuePlace place, byte[] text) => _splices.Add((place, text));

    public void Insert(int at, byte[] text) => _splices.Add((new(at, 0), text));

    /// <summary>The body with all pieces replaced; the same memory where there are none.</summary>
    public ReadOnlyMemory<byte> Apply(ReadOnlyMemory<byte> body)
    {
        if (_splices.Count == 0) return body;
        var ordered = _splices.OrderBy(splice => splice.Place.Start).ToList();
        var edited = new byte[body.Length + ordered.Sum(splice => splice.Text.Length - splice.Place.Length)];
        var output = edited.AsSpan();
        var from = 0;
        foreach (var (place, text) in ordered)
        {
            body.Span[from..place.Start].CopyTo(output);
            output = output[(place.Start - from)..];
            text.CopyTo(output);
            output = output[text.Length..];
            from = place.Start + place.Length;
        }

        body.Span[from..].CopyTo(output);
        return edited;
    }
}
