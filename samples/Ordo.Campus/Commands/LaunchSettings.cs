namespace Ordo.Campus.Commands;

/// <summary>How a whole campus is started.</summary>
/// <param name="Folder">Where hub and devices keep what they hold; <see langword="null"/> for a temporary folder.</param>
/// <param name="Port">The hub's port; the devices take the next three. 0 takes free ones.</param>
/// <param name="Data">The folder of the real data set; <see langword="null"/> to make content up.</param>
/// <param name="PresenceSeconds">After how many seconds of silence somebody's cursor goes.</param>
/// <param name="IsAttached">Whether to stop when standard input ends.</param>
internal sealed record LaunchSettings(string? Folder, int Port, string? Data, int PresenceSeconds, bool IsAttached);
