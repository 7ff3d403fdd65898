namespace SafeLlm.Tests.Anomalies;

/// <summary>What is injected into the traffic of a key that has leaked: the attacks of the article that a key's usage shows.</summary>
public enum AttackKind
{
    /// <summary>1,000 requests within a minute.</summary>
    Bombing,

    /// <summary>Eight workers that ask for the longest answers, one after another, for half an hour.</summary>
    Exhaustion,

    /// <summary>
    /// Strangers to whom the key was sold: 60 to 240 requests a minute of ordinary size for half an hour, at the dearest model, which is what
    /// stolen keys are sold for.
    /// </summary>
    Resale,

    /// <summary>The same at the model that the key's owner calls, so that only the number of requests and their sum differ.</summary>
    ResaleOfOwnModel,
}
