using Ordo.Campus.Identity;

namespace Ordo.Campus.Device;

/// <summary>What a device runs with.</summary>
/// <param name="Role">Who works at it.</param>
/// <param name="Folder">Its own folder: store, files, secret.</param>
/// <param name="Hub">The hub's address.</param>
/// <param name="Port">The port of its pages on loopback; 0 takes a free one.</param>
internal sealed record DeviceSettings(CampusRole Role, string Folder, Uri Hub, int Port)
{
    /// <summary>How long somebody's cursor stays where nothing more is heard of them.</summary>
    public required TimeSpan PresenceLifetime { get; init; }

    /// <summary>Whether to fill an empty campus with content when the device starts.</summary>
    public bool Imports { get; init; }

    /// <summary>The folder of the real data set; <see langword="null"/> to make content up.</summary>
    public string? Data { get; init; }
}
