using SafeLlm.Formats;

namespace SafeLlm.Pipeline;

/// <summary>Reads the facts of the request from its bytes, and settles towards whom it goes.</summary>
internal sealed class ReadStage(ClientRuntime runtime) : Stage
{
    public override async Task<HttpResponseMessage> SendAsync(Call call, CancellationToken cancellationToken)
    {
        var request = call.Request;
        var uri = request.RequestUri is { IsAbsoluteUri: true } absolute
            ? absolute
            : throw new InvalidOperationException("The request has no absolute address; set HttpClient.BaseAddress or give one.");

        call.Target = RequestTarget.From(request.Method, uri);
        call.IsSigned = runtime.SignsFor(Authority.Of(uri));
        call.IsSignedByOthers = ForeignSignature.IsOn(request);
        RefuseUnsigned(call, uri);
        TellOfStackedRetries(request);

        if (request.Content is { } content) call.Body = await BodyReader.ReadAsync(content, runtime.Settings.MaxRequestBytes, cancellationToken).ConfigureAwait(false);

        call.Facts = Read(call, runtime.Formats);
        return await Next.SendAsync(call, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The facts of the call's bytes; null on a route that spends no tokens.</summary>
    /// <exception cref="RequestRejectedException">The route is unknown or the content cannot be read.</exception>
    public static CallFacts? Read(Call call, WireFormats formats) => formats.Read(call.Target, call.Body ?? default) switch
    {
        RequestReading.Call { Facts: var facts } => facts,
        RequestReading.Passage => null,
        RequestReading.Malformed wrong => throw new Refusal(wrong.Code, wrong.Message) { Field = wrong.Member }.ToException(),
        RequestReading.UnknownRoute => throw new Refusal(
            RefusalCode.UnknownRoute,
            $"{call.Target.Method} on this path of {call.Target.Authority} belongs to no wire format that SafeLlm knows, so what it may cost is not known, and it was not sent. Send it with an HttpClient of its own if it calls no model.").ToException(),
        var other => throw new InvalidOperationException($"A reading of the kind {other.GetType().Name} is not known here."),
    };

    // Anthropic's SDK, and others of its maker, number their own retries: each of ours under each of theirs is a possible bill.
    private void TellOfStackedRetries(HttpRequestMessage request)
    {
        if (request.Headers.NonValidated.TryGetValues("x-stainless-retry-count", out var count) && count.ToString() is not "0" && runtime.IsFirst("stacked retries"))
        {
            Log.StackedRetries(runtime.Logger);
        }
    }

    private void RefuseUnsigned(Call call, Uri uri)
    {
        if (call.IsSigned || runtime.Settings.AllowUnsigned || KnownProviders.Includes(uri)) return;

        throw new Refusal(
            RefusalCode.Unsigned,
            $"{call.Target.Authority} is no known provider, and the request would go there unsigned. Set SigningKey and name the host in Endpoint or SignFor; or set AllowUnsigned if nobody verifies there.")
        {
            Field = runtime.SigningKey is null ? nameof(SafeLlmClientOptions.SigningKey) : nameof(SafeLlmClientOptions.SignFor),
        }.ToException();
    }
}
