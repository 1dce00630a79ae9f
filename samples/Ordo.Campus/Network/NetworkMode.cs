namespace Ordo.Campus.Network;

/// <summary>How the device's network is, as the switch in the page says.</summary>
public enum NetworkMode
{
    /// <summary>As it is.</summary>
    Online,

    /// <summary>Nothing gets through; what was under way breaks.</summary>
    Offline,

    /// <summary>Late, and at 1 MB a second.</summary>
    Slow,

    /// <summary>Requests get lost, and answers.</summary>
    Flaky,
}
