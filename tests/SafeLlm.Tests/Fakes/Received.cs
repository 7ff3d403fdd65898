namespace SafeLlm.Tests.Fakes;

/// <summary>A request as it arrived.</summary>
internal sealed class Received
{
    public Received(HttpRequestMessage request, string body)
    {
        Method = request.Method.Method;
        Uri = request.RequestUri!;
        Body = body;
        var all = request.Headers.NonValidated.Select(header => (header.Key, header.Value))
            .Concat(request.Content?.Headers.NonValidated.Select(header => (header.Key, header.Value)) ?? []);
        foreach (var (name, values) in all) Headers[name] = [.. values];
    }

    public string Method { get; }

    public Uri Uri { get; }

    public string Body { get; }

    public Dictionary<string, string[]> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);
}
