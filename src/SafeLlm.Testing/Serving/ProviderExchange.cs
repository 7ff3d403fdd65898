using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SafeLlm.Pricing;

namespace SafeLlm.Testing;

/// <summary>One request and its answer, from the first byte to the bill.</summary>
internal sealed class ProviderExchange(ProviderDoubleOptions options, Recorder recorder, FaultScript script)
{
    private readonly RateLimiter? limiter = options.RateLimit is { } limit ? new RateLimiter(limit, options.Time) : null;

    public async Task AnswerAsync(HttpContext context)
    {
        var gone = context.RequestAborted;
        var request = await ReceiveAsync(context.Request, gone);
        var fault = script.Take(request);
        var answer = new AnswerWriter(context, fault, options);
        var format = DoubleFormats.For(request.Path) ?? DoubleFormats.All[0];
        try
        {
            if (Refusal(request) is { } refusal) await answer.ErrorAsync(format.Error(refusal), gone);
            else if (HttpMethods.IsPost(request.Method) && limiter?.Take(context.Response.Headers, format is AnthropicMessagesDouble) is { } full) await answer.ErrorAsync(format.Error(full), gone);
            else if (HttpMethods.IsPost(request.Method)) await CallAsync(request, format, fault, answer, gone);
            else if (fault.Error is { } error) await answer.ErrorAsync(format.Error(error), gone);
            else await answer.WholeAsync(ModelList.Write(options), gone);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The caller hung up. What it is billed was written down before the first byte.
            context.Abort();
        }
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            // A scripted answer threw, most likely: the test's author must see that, and not a fault of the provider's.
            context.Response.StatusCode = 500;
            await context.Response.WriteAsync("The provider double itself failed: " + failure, gone);
        }
    }

    private async Task CallAsync(ReceivedRequest request, IDoubleFormat format, Fault fault, AnswerWriter answer, CancellationToken gone)
    {
        if (!TryRead(request, format, out var call, out var error))
        {
            await answer.ErrorAsync(format.Error(error), gone);
            return;
        }

        if (!options.TryPrice(call.Model, out var price))
        {
            var unknown = new ProviderError(ProviderErrorKind.UnknownModel, 404, "The model does not exist or you do not have access to it.") { Member = "model" };
            await answer.ErrorAsync(format.Error(unknown), gone);
            return;
        }

        var generation = Generator.Generate(call, options, FormattableString.Invariant($"double-{request.Number}"), request.At);
        if (fault.AboveBound > 0) generation = generation with { Output = ((call.Bound * call.Choices) ?? generation.Output) + fault.AboveBound };
        if (fault.OmitsUsage) generation = generation with { ReportsUsage = false };
        if (fault.IsBilled) recorder.Add(Charge(request, generation, price));

        if (fault.Error is { } told && (fault.ErrorAfter is null || !call.IsStreaming)) await answer.ErrorAsync(format.Error(told), gone);
        else if (call.IsStreaming) await answer.StreamAsync(format, generation, gone);
        else await answer.WholeAsync(format.Whole(generation), gone);
    }

    private ProviderError? Refusal(ReceivedRequest request)
    {
        if (options.ApiKey is { } key && !Carries(request, key))
        {
            return new ProviderError(ProviderErrorKind.Unauthorized, 401, "Incorrect API key provided.");
        }

        var known = HttpMethods.IsGet(request.Method)
            ? ModelList.Recognises(request.Path)
            : HttpMethods.IsPost(request.Method) && DoubleFormats.For(request.Path) is not null;
        return known ? null : new ProviderError(ProviderErrorKind.UnknownRoute, 404, $"Invalid URL ({request.Method} {request.Path})");
    }

    private static bool Carries(ReceivedRequest request, string key) =>
        string.Equals(request.Header("authorization"), "Bearer " + key, StringComparison.Ordinal)
        || string.Equals(request.Header("api-key"), key, StringComparison.Ordinal)
        || string.Equals(request.Header("x-api-key"), key, StringComparison.Ordinal);

    private static bool TryRead(ReceivedRequest request, IDoubleFormat format, [NotNullWhen(true)] out DoubleCall? call, [NotNullWhen(false)] out ProviderError? error)
    {
        (call, error) = (null, null);
        try
        {
            using var document = JsonDocument.Parse(request.Body);
            call = format.Read(request, document.RootElement);
            return true;
        }
        catch (JsonException)
        {
            error = new ProviderError(ProviderErrorKind.InvalidRequest, 400, "We could not parse the JSON body of your request.");
        }
        catch (MalformedRequestException malformed)
        {
            error = new ProviderError(ProviderErrorKind.InvalidRequest, 400, malformed.Message) { Member = malformed.Member };
        }

        return false;
    }

    /// <summary>In decimals and apart from Core's arithmetic, so that one can prove the other wrong.</summary>
    private static Bill Charge(ReceivedRequest request, Generation generation, ModelPrice price)
    {
        var dollars = ((generation.Input * price.InputPerMillion) + (generation.Output * price.OutputPerMillion)) / 1_000_000m;
        return new Bill(request.Number, generation.Call.Model, generation.Input, generation.Output, NanoUsd.FromDollars(dollars));
    }

    private async Task<ReceivedRequest> ReceiveAsync(HttpRequest request, CancellationToken gone)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, gone);
        var headers = request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return recorder.Receive(request.Method, request.Path.Value ?? "/", request.QueryString.Value ?? "", headers, body.ToArray());
    }
}
