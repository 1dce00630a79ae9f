namespace Ordo.Campus.Sync.Commands;

/// <summary>What the whole story is told with.</summary>
/// <param name="Data">The folder of the real data set; made-up grades without it.</param>
/// <param name="Records">How many grades to make up.</param>
/// <param name="Devices">How many devices sync through the hub.</param>
/// <param name="Edits">How many grades each device changes offline.</param>
/// <param name="Folder">Where to leave the stores; a temporary folder without it.</param>
internal sealed record RunSettings(string? Data, int Records, int Devices, int Edits, string? Folder);
