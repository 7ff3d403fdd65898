using SafeLlm.Formats;

namespace SafeLlm.Pipeline;

/// <summary>Reads the facts of the request from its bytes, and settles towards whom it goes.</summary>
internal sealed class ReadStage(ClientRuntime runtime) : Stage
{
    public override ValueTask<HttpResponseMessage> SendAsync(Call call, CancellationToken cancellationToken)
    {
        var request = call.Request;
        var uri = request.RequestUri is { IsAbsoluteUri: true } absolute
            ? absolute
            : throw new InvalidOperationException("The request has no absolute address; set HttpClient.BaseAddress or give one.");

        var authority = Authority.Of(uri);
        // .NET sends the methods that it knows in upper case, however they were written.
        call.Target = new RequestTarget(HttpMethod.Parse(request.Method.Method).Method, authority, uri.AbsolutePath, uri.Query);
        call.IsSigned = runtime.SignsFor(authority);
        call.IsSignedByOthers = ForeignSignature.IsOn(request, call.Target, out var mayHaveFields);
        call.MayHaveSignatureFields = mayHaveFields;
        RefuseUnsigned(call, uri);

        if (request.Content is not { } content) return GoOn(call, cancellationToken);

        // What is signed has to be read whole.
        if (runtime.Settings.Shadow && !call.IsSigned) return ReadInShadowAsync(content, call, cancellationToken);
        var reading = BodyReader.ReadAsync(content, runtime.Settings.MaxRequestBytes, cancellationToken);
        if (!reading.IsCompletedSuccessfully) return GoOnAsync(reading, call, cancellationToken);
        call.Body = reading.Result;
        return GoOn(call, cancellationToken);
    }

    private async ValueTask<HttpResponseMessage> GoOnAsync(ValueTask<ReadOnlyMemory<byte>> reading, Call call, CancellationToken cancellationToken)
    {
        call.Body = await reading.ConfigureAwait(false);
        return await GoOn(call, cancellationToken).ConfigureAwait(false);
    }

    // What is too large passes as it came, and nothing is known of it.
    private async ValueTask<HttpResponseMessage> ReadInShadowAsync(HttpContent content, Call call, CancellationToken cancellationToken)
    {
        var most = runtime.Settings.MaxRequestBytes;
        try
        {
            call.Body = content.Headers.ContentLength is null
                ? await (call.Unread = new FlowingContent(content, most)).TakeAsync(cancellationToken).ConfigureAwait(false)
                : await BodyReader.ReadAsync(content, most, cancellationToken).ConfigureAwait(false);
            call.Unread = null;
        }
        catch (RequestRejectedException tooLarge)
        {
            runtime.Refuse(call, tooLarge.Refusal!);
            return await Next.SendAsync(call, cancellationToken).ConfigureAwait(false);
        }

        return await GoOn(call, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<HttpResponseMessage> GoOn(Call call, CancellationToken cancellationToken)
    {
        call.Received = call.Body.GetValueOrDefault();
        runtime.StackedRetries.Look(call);
        try
        {
            call.Facts = Read(call, runtime.Formats);
            call.IsPassage = call.Facts is null;
        }
        catch (RequestRejectedException unread) when (runtime.Settings.Shadow)
        {
            // It passes without being counted: what is not understood cannot be.
            runtime.Refuse(call, unread.Refusal!);
        }

        return Next.SendAsync(call, cancellationToken);
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

    private void RefuseUnsigned(Call call, Uri uri)
    {
        if (call.IsSigned || runtime.Settings.AllowUnsigned || KnownProviders.Includes(uri)) return;

        throw new Refusal(
            RefusalCode.Unsigned,
            $"{call.Target.Authority} is no known provider, and the request would go there unsigned. Set SigningKey and name the host in Endpoint or SignFor; or set AllowUnsigned if nobody verifies there.")
        {
            Field = !runtime.Secrets.CanSign ? nameof(SafeLlmClientOptions.SigningKey) : nameof(SafeLlmClientOptions.SignFor),
        }.ToException();
    }
}
