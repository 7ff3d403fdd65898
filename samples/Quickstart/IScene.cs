namespace Quickstart;

/// <summary>One thing that SafeLlm is for, shown for real.</summary>
internal interface IScene
{
    /// <summary>What it shows.</summary>
    string Title { get; }

    /// <summary>Plays the scene and returns the lines to print.</summary>
    /// <exception cref="SceneFailedException">It did not end as it should.</exception>
    Task<IReadOnlyList<string>> PlayAsync(Stage stage, CancellationToken cancellationToken);
}
