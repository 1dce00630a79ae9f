namespace Ordo.Campus.Sync.Commands;

/// <summary>What one device runs with.</summary>
/// <param name="File">Its database file.</param>
/// <param name="Hub">The hub's address.</param>
/// <param name="Name">Who writes.</param>
/// <param name="Data">The folder of the real data set.</param>
/// <param name="Records">How many grades to make up without it.</param>
/// <param name="Imports">Whether to write all grades before the sync.</param>
/// <param name="Attempts">How often to sync at most, until one completes.</param>
/// <param name="PageKiB">The most KiB of a page on the wire.</param>
internal sealed record DeviceSettings(
    string File, Uri Hub, string Name, string? Data, int Records, bool Imports, int Attempts, int PageKiB);
