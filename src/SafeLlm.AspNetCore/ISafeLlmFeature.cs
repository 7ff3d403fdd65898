using SafeLlm.Formats;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>
/// What the verifier found about a call, for the endpoint that answers it: <c>context.Features.Get&lt;ISafeLlmFeature&gt;()</c>.
/// It ends with the call.
/// </summary>
public interface ISafeLlmFeature
{
    /// <summary>The key that signed; null where signatures are not verified.</summary>
    VerifierKey? Key { get; }

    /// <summary>The name of the caller's tier.</summary>
    string Tier { get; }

    /// <summary>The facts of the request, as the endpoint reads it; null where it is in no wire format.</summary>
    CallFacts? Facts { get; }

    /// <summary>What the call will cost; null where it is in no wire format.</summary>
    Quote? Quote { get; }

    /// <summary>What is set aside for the call.</summary>
    Hold Hold { get; }

    /// <summary>
    /// Reports what the call used, where its answer does not say so itself. It goes before what is read from the answer; several
    /// reports, for several calls of models, add up.
    /// </summary>
    /// <param name="usage">The tokens as they are billed.</param>
    /// <exception cref="InvalidOperationException">The call is settled already, or its model is not known, so that dollars must be given.</exception>
    void ReportUsage(BillableUsage usage);

    /// <summary>Reports what the call used, for an endpoint that knows its own price.</summary>
    /// <param name="inputTokens">Tokens in.</param>
    /// <param name="outputTokens">Tokens out, reasoning included.</param>
    /// <param name="dollars">What it cost; by the price of the request's model where null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is negative.</exception>
    /// <exception cref="InvalidOperationException">The call is settled already, or its model is not known, so that dollars must be given.</exception>
    void ReportUsage(long inputTokens, long outputTokens, decimal? dollars = null);

    /// <summary>Reports that no model was called, or surely none billed: the hold is given back whole.</summary>
    /// <exception cref="InvalidOperationException">The call is settled already.</exception>
    void ReportNothingSent();
}
