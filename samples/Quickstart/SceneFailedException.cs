namespace Quickstart;

/// <summary>A scene did not end as it should.</summary>
internal sealed class SceneFailedException(string message) : Exception(message)
{
    /// <summary>Holds a scene to its word.</summary>
    public static void Unless(bool holds, string expectation)
    {
        if (!holds)
        {
            throw new SceneFailedException($"expected {expectation}");
        }
    }
}
