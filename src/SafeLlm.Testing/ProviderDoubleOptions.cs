using System.Diagnostics.CodeAnalysis;
using SafeLlm.Pricing;

namespace SafeLlm.Testing;

/// <summary>How the double answers and what it would bill.</summary>
public sealed class ProviderDoubleOptions
{
    /// <summary>The key that callers must send, as a bearer token, <c>api-key</c> or <c>x-api-key</c>; others get 401 in the provider's own words.</summary>
    /// <value>The default is null: any caller is served.</value>
    public string? ApiKey { get; set; }

    /// <summary>The clock behind <see cref="ReceivedRequest.At"/> and <see cref="Fault.Slow(TimeSpan)"/>.</summary>
    /// <value>The default is the system's.</value>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>What to answer, choice by choice; a plain string will do: <c>o.Answer = _ => "Hello."</c>. Called by many threads at once.</summary>
    /// <value>The default is null: words that are the same whenever the prompt is.</value>
    public Func<Prompt, Answer>? Answer { get; set; }

    /// <summary>How many words an answer has that no <see cref="Answer"/> scripts.</summary>
    /// <value>The default is 24.</value>
    public int AnswerWords { get; set; } = 24;

    /// <summary>The models to serve and their prices. Where there is one, these alone: every other model is answered with 404.</summary>
    /// <value>Empty by default: all models of <see cref="Catalog"/>.</value>
    public IList<ModelPrice> Prices { get; } = [];

    /// <summary>The models to serve where <see cref="Prices"/> has none.</summary>
    /// <value>The default is null: <see cref="ModelCatalog.Embedded"/>.</value>
    public ModelCatalog? Catalog { get; set; }

    /// <summary>Headers of every answer, e.g. <c>x-ratelimit-remaining-requests</c>.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>How many requests are taken, and told in every answer's headers. What is over it gets 429 with <c>retry-after</c>, and is not billed.</summary>
    /// <value>The default is null: as many as come.</value>
    public ProviderRateLimit? RateLimit { get; set; }

    /// <summary>The address of loopback to listen at; 0 takes any free port.</summary>
    /// <value>The default is 0.</value>
    public int Port { get; set; }

    internal IEnumerable<ModelPrice> Models => Prices.Count > 0 ? Prices : (Catalog ?? ModelCatalog.Embedded).Models;

    internal bool TryPrice(string model, [NotNullWhen(true)] out ModelPrice? price)
    {
        if (Prices.Count == 0) return (Catalog ?? ModelCatalog.Embedded).TryFind(model, out price);
        price = Prices.FirstOrDefault(own => string.Equals(own.Model, model, StringComparison.Ordinal));
        return price is not null;
    }
}
