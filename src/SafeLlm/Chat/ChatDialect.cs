using System.Net.Http.Headers;
using System.Text.Json;
using SafeLlm.Pricing;

namespace SafeLlm.Chat;

/// <summary>
/// One wire format as the typed client speaks it. Stateless, so one serves all calls. Adding one is one folder, and one line in
/// <see cref="For"/>.
/// </summary>
internal abstract class ChatDialect
{
    /// <summary>What is appended to the endpoint.</summary>
    public abstract string Route { get; }

    /// <summary>The request's bytes.</summary>
    /// <exception cref="ArgumentException">The request asks for what this format cannot say; leaving it out would change its meaning.</exception>
    public byte[] Write(ChatRequest request, bool stream)
    {
        ChatRequestRules.Check(request);
        return JsonBytes.Write(json => Write(json, request, stream));
    }

    /// <summary>Reads a whole answer.</summary>
    public abstract ChatPiece Read(JsonElement answer);

    /// <summary>Reads one event of a stream; null where there is nothing in it for a reader.</summary>
    public abstract ChatPiece? ReadEvent(JsonElement data);

    /// <summary>Puts the provider's key where the provider looks for it.</summary>
    public virtual void Authorise(HttpRequestHeaders headers, string apiKey) => headers.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);

    /// <summary>Headers that go with every request.</summary>
    public virtual void Describe(HttpRequestHeaders headers)
    {
    }

    /// <summary>The dialect that was asked for; where none was, the one that the endpoint is known for.</summary>
    /// <param name="format">The format; null for what the endpoint is known for.</param>
    /// <param name="endpoint">Who is asked.</param>
    /// <param name="catalog">Knows which model an alias stands for; null where there are none.</param>
    public static ChatDialect For(ChatFormat? format, Uri endpoint, ModelCatalog? catalog = null) => (format ?? Usual(endpoint)) switch
    {
        ChatFormat.OpenAiResponses => new ResponsesDialect(),
        ChatFormat.AnthropicMessages => new AnthropicDialect(),
        ChatFormat.Generate => new GenerateDialect(),
        _ => new OpenAiChatDialect(endpoint, catalog),
    };

    /// <summary>Writes the request.</summary>
    protected abstract void Write(Utf8JsonWriter json, ChatRequest request, bool stream);

    private static ChatFormat Usual(Uri endpoint) =>
        endpoint.IdnHost.Equals("api.anthropic.com", StringComparison.OrdinalIgnoreCase) ? ChatFormat.AnthropicMessages : ChatFormat.OpenAiChat;
}
