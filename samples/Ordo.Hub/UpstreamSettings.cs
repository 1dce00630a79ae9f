namespace Ordo.Hub;

/// <summary>The hub above this one, where there is one.</summary>
internal sealed class UpstreamSettings
{
    /// <summary>Its address, as in <c>https://hub.example.edu/sync</c>.</summary>
    public Uri? Address { get; set; }

    /// <summary>The token this hub shows there. It must give the rights to read, write and relay.</summary>
    public string Token { get; set; } = string.Empty;

    /// <summary>The scopes to hold from the start; others come when devices ask for them.</summary>
    public string[] Scopes { get; set; } = [];

    /// <summary>How often everything is compared, whatever was announced.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(5);
}
