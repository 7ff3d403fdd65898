using System.Runtime.CompilerServices;

namespace SafeLlm.Limits.InMemory;

/// <summary>Amounts by dimension, worked out once for all limits of a hold.</summary>
[InlineArray(Dimensions)]
internal struct AmountTable
{
    private const int Dimensions = (int)Dimension.ConcurrentCalls + 1;
    private long first;

    /// <summary>Written where it stays: a copy would be read before what was written into it has come through.</summary>
    public AmountTable(in Amounts amounts)
    {
        this[(int)Dimension.Requests] = amounts.Requests;
        this[(int)Dimension.Tokens] = amounts.InputTokens > long.MaxValue - amounts.OutputTokens ? long.MaxValue : amounts.InputTokens + amounts.OutputTokens;
        this[(int)Dimension.InputTokens] = amounts.InputTokens;
        this[(int)Dimension.OutputTokens] = amounts.OutputTokens;
        this[(int)Dimension.Dollars] = amounts.Cost.Value;
        this[(int)Dimension.ConcurrentCalls] = 1;
    }

    public readonly long In(Dimension dimension) => this[(int)dimension];
}
