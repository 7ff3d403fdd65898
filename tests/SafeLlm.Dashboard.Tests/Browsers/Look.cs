using Microsoft.Playwright;

namespace SafeLlm.Dashboard.Tests;

/// <summary>How somebody looks at the page.</summary>
internal sealed record Look(string Name, ColorScheme Scheme, int Width, int Height)
{
    public static Look Desktop { get; } = new("desktop-light", ColorScheme.Light, 1280, 900);

    public static IReadOnlyList<Look> All { get; } =
    [
        Desktop,
        new("desktop-dark", ColorScheme.Dark, 1280, 900),
        new("tablet-light", ColorScheme.Light, 820, 1180),
        new("phone-light", ColorScheme.Light, 360, 740),
        new("phone-dark", ColorScheme.Dark, 360, 740),
    ];

    public bool IsPhone => Width < 500;
}
