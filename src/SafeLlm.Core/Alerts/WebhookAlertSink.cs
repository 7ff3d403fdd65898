using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using SafeLlm.Signing;

namespace SafeLlm.Alerts;

/// <summary>
/// Posts alerts as JSON to an address of one's own, signed as requests are (RFC 9421) but with a tag of its own, so that neither can
/// stand for the other. No redirect is followed. A receiver drops an <c>id</c> that it has seen.
/// </summary>
public sealed class WebhookAlertSink : IAlertSink, IDisposable
{
    /// <summary>The tag of the signatures: <c>safellm-alert-v1</c>.</summary>
    public const string Tag = "safellm-alert-v1";

    private readonly Uri address;
    private readonly SigningKey key;
    private readonly RequestSigner signer;
    private readonly HttpMessageInvoker http;

    /// <summary>A sink.</summary>
    /// <param name="address">Where to post to: https, or http to this machine.</param>
    /// <param name="key">Signs the alerts. Use it for nothing else.</param>
    /// <param name="time">The clock; the system's unless given.</param>
    /// <param name="handler">What sends; one of its own without redirects unless given.</param>
    /// <exception cref="ArgumentException">The address is neither, or the key only verifies.</exception>
    public WebhookAlertSink(Uri address, SigningKey key, TimeProvider? time = null, HttpMessageHandler? handler = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(key);
        if (!address.IsAbsoluteUri || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
        {
            throw new ArgumentException("The address of a webhook is https, or http to this machine: alerts tell what is spent.", nameof(address));
        }

        if (!key.CanSign) throw new ArgumentException($"The key {key.KeyId} only verifies; give one that signs.", nameof(key));

        this.address = address;
        this.key = key;
        signer = new RequestSigner(time ?? TimeProvider.System, tag: Tag);
        http = new HttpMessageInvoker(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });
    }

    /// <inheritdoc/>
    /// <exception cref="HttpRequestException">The receiver could not be reached, or did not answer with success.</exception>
    public async ValueTask SendAsync(Alert alert, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(alert);
        var body = Write(alert);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Idempotency-Key", alert.Id);
        var signature = signer.Sign(new Signable(request), body, key);
        request.Headers.TryAddWithoutValidation("Content-Digest", signature.ContentDigest);
        request.Headers.TryAddWithoutValidation("Signature-Input", signature.SignatureInput);
        request.Headers.TryAddWithoutValidation("Signature", signature.Signature);
        using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException(string.Create(CultureInfo.InvariantCulture, $"The receiver of alerts answered {(int)response.StatusCode}."), null, response.StatusCode);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static byte[] Write(Alert alert)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, alert.Id);
            json.WriteString("kind"u8, alert.Kind.ToString());
            json.WriteString("severity"u8, alert.Severity.ToString());
            json.WriteString("message"u8, alert.Message);
            json.WriteString("at"u8, alert.At);
            if (alert.Scope is { } scope) json.WriteString("scope"u8, scope);
            if (alert.Dimension is { } dimension) json.WriteString("dimension"u8, dimension.ToString());
            if (alert.Window is { } window) json.WriteString("window"u8, window);
            if (alert.WindowStart is { } start) json.WriteString("window_start"u8, start);
            if (alert.Percent is { } percent) json.WriteNumber("percent"u8, percent);
            WriteAmount(json, "current", alert, alert.Current);
            WriteAmount(json, "reference", alert, alert.Reference);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    // Dollars are decimals wherever a person reads them.
    private static void WriteAmount(Utf8JsonWriter json, string name, Alert alert, long? amount)
    {
        if (amount is not { } value) return;
        if (alert.Dimension == Limits.Dimension.Dollars) json.WriteNumber(name, new Pricing.NanoUsd(value).Dollars);
        else json.WriteNumber(name, value);
    }

    private sealed class Signable(HttpRequestMessage request) : ISignableRequest
    {
        private readonly Uri uri = request.RequestUri!;

        public string Method => "POST";

        public string Scheme => uri.Scheme;

        public string Authority => uri.IsDefaultPort ? uri.IdnHost : string.Create(CultureInfo.InvariantCulture, $"{uri.IdnHost}:{uri.Port}");

        public string Path => uri.AbsolutePath;

        public string Query => uri.Query is { Length: > 0 } query ? query : "?";

        public bool HasContent => true;

        public IEnumerable<string> HeaderNames => ["content-type", "idempotency-key"];

        public IReadOnlyList<string> Header(string name) => name switch
        {
            "content-type" => ["application/json"],
            "idempotency-key" => [.. request.Headers.GetValues("Idempotency-Key")],
            _ => [],
        };
    }
}
