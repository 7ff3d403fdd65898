using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>Lets verified calls through to the endpoints that require it, and settles them when they are done.</summary>
internal sealed class SafeLlmMiddleware(
    RequestDelegate next,
    Admission admission,
    RefusalWriter refusals,
    SettlementContext settlements,
    KeyExpiry expiry,
    ISigningKeyStore keys,
    VerifierMetrics metrics,
    TimeProvider time,
    ILogger<SafeLlmMiddleware> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<SafeLlmRequirement>() is not { } requirement
            // called twice, a second verification would find the nonce used
            || context.Features.Get<ISafeLlmFeature>() is not null)
        {
            return next(context);
        }

        var call = new IncomingCall(context, requirement, time.GetUtcNow());
        var started = metrics.Started(time);
        if (admission.CheckHead(call) is not { } refusal) return VerifyAsync(call, started);
        metrics.Checked(started, time);
        return RefuseAsync(call, refusal);
    }

    private async Task VerifyAsync(IncomingCall call, long started)
    {
        try
        {
            var refusal = await admission.AdmitAsync(call);
            metrics.Checked(started, time);
            if (refusal is not null)
            {
                await RefuseAsync(call, refusal);
                return;
            }

            await AnswerAsync(call);
            metrics.Answered(started, time);
        }
        finally
        {
            ContentSlots.Leave(call);
            call.Content?.Dispose();
        }
    }

    private async Task AnswerAsync(IncomingCall call)
    {
        var context = call.Context;
        var feature = new SafeLlmFeature(call);
        var observer = new ResponseObserver(context, call, settlements.Accounts);
        var settlement = new CallSettlement(call, feature, observer, settlements);
        var serverBody = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var metered = new MeteredResponseBody(serverBody, observer, settlement);
        var verified = new VerifiedBody(call.Body);
        var hasFailed = true;
        try
        {
            CallRequest.Prepare(call, verified);
            expiry.Warn(context, call.Key, call.Now);
            if (call.IsSeed) WarnOfSeed(call);
            if (settlements.Settings.Options.RateLimitHeaders) RateLimitFields.Set(context.Response.Headers, call, call.Amounts);
            if (call.Requirement.Options.Upstream is { } upstream)
            {
                upstream.Clean(context.Request.Headers);
                context.Request.QueryString = UpstreamQuery.Clean(context.Request.QueryString);
                UpstreamHeaders.Clean(context.Response);
            }

            CallerAuthentication.Set(call);
            context.Features.Set<ISafeLlmFeature>(feature);
            context.Features.Set<IHttpResponseBodyFeature>(metered);
            await next(context);
            await metered.FinishAsync();
            hasFailed = context.RequestAborted.IsCancellationRequested;
        }
        finally
        {
            // Even where the endpoint failed or its caller is gone: a hold that nobody closes takes room until its lease ends.
            await settlement.CloseAsync(hasFailed);
            context.Features.Set(serverBody);
            context.Features.Set<ISafeLlmFeature>(null);
            verified.End();
        }
    }

    // An old client that goes on as it is shall be seen, and shall see its end (RFC 8594).
    private void WarnOfSeed(IncomingCall call)
    {
        call.Context.Response.Headers["Sunset"] = settlements.Settings.Options.AcceptSeedUntil!.Value.ToString("R", CultureInfo.InvariantCulture);
        Log.SeedCall(logger, call.Key!.Key.KeyId);
    }

    private Task RefuseAsync(IncomingCall call, Refusal refusal)
    {
        metrics.Refused(refusal.Code);
        if (call.Key is { } key) Log.RefusedCaller(logger, call.Context.TraceIdentifier, key.Key.KeyId, refusal.Code);
        // The request's name is made when it is asked for: not for a line that nobody reads.
        else if (logger.IsEnabled(LogLevel.Debug)) Log.RefusedStranger(logger, call.Context.TraceIdentifier, refusal.Code, call.Signature.Reason, Claimed(call));
        return refusals.WriteAsync(call, refusal);
    }

    // A name that is none of ours is a stranger's text, and goes into no log.
    private string Claimed(IncomingCall call) => call.Signature.ClaimedKeyId is { } keyId && keys.Find(keyId) is not null ? $"the key {keyId}" : "no key that is known";
}
