using SafeLlm.AspNetCore;

namespace SafeLlm.Dashboard.Tests;

/// <summary>Anomalies that a test made up.</summary>
internal sealed class KnownAnomalies(params KeyAnomaly[] recent) : IAnomalyList
{
    public IReadOnlyList<KeyAnomaly> Recent => recent;
}
