using System.Runtime.CompilerServices;

namespace SafeLlm.Limits.InMemory;

/// <summary>Amounts by dimension, worked out once for all limits of a hold.</summary>
[InlineArray(Dimensions)]
internal struct AmountTable
{
    private const int Dimensions = (int)Dimension.ConcurrentCalls + 1;
    private long first;

    public static AmountTable Of(in Amounts amounts)
    {
        var table = default(AmountTable);
        table[(int)Dimension.Requests] = amounts.Requests;
        table[(int)Dimension.Tokens] = amounts.In(Dimension.Tokens);
        table[(int)Dimension.InputTokens] = amounts.InputTokens;
        table[(int)Dimension.OutputTokens] = amounts.OutputTokens;
        table[(int)Dimension.Dollars] = amounts.Cost.Value;
        table[(int)Dimension.ConcurrentCalls] = 1;
        return table;
    }

    public readonly long In(Dimension dimension) => this[(int)dimension];
}
