namespace SafeLlm.Dashboard;

/// <summary>Tells that the dashboard was registered, without making any of it.</summary>
internal sealed class DashboardMarker;
