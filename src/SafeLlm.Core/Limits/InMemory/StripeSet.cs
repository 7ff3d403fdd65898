using System.Numerics;
using System.Runtime.CompilerServices;

namespace SafeLlm.Limits.InMemory;

/// <summary>
/// Which of the 256 stripes an operation needs. Entered from the lowest up, so that no two operations wait for each other. Mostly
/// it is one: a caller's limits have one scope.
/// </summary>
internal struct StripeSet
{
    public const int Stripes = 256;

    private Words words;
    private int count;
    private byte first;

    public void Add(byte stripe)
    {
        if (count == 1 && stripe == first)
        {
            return;
        }

        if (count++ == 0)
        {
            first = stripe;
        }

        words[stripe >> 6] |= 1UL << (stripe & 63);
    }

    public readonly bool Contains(byte stripe) => (words[stripe >> 6] >> (stripe & 63) & 1) != 0;

    public readonly void Enter(CounterStripe[] stripes)
    {
        if (count == 1)
        {
            stripes[first].Enter();
            return;
        }

        for (var word = 0; word < Words.Length; word++)
        {
            for (var bits = words[word]; bits != 0; bits &= bits - 1)
            {
                stripes[(word << 6) + BitOperations.TrailingZeroCount(bits)].Enter();
            }
        }
    }

    public readonly void Exit(CounterStripe[] stripes)
    {
        if (count == 1)
        {
            stripes[first].Exit();
            return;
        }

        for (var word = 0; word < Words.Length; word++)
        {
            for (var bits = words[word]; bits != 0; bits &= bits - 1)
            {
                stripes[(word << 6) + BitOperations.TrailingZeroCount(bits)].Exit();
            }
        }
    }

    [InlineArray(Length)]
    private struct Words
    {
        public const int Length = Stripes / 64;
        private ulong first;
    }
}
