namespace Ordo.Sync.Process.Tests.Network;

/// <summary>What becomes of one connection through a <see cref="FaultProxy"/>.</summary>
internal enum Fate
{
    /// <summary>Nothing happens to it.</summary>
    Passes,

    /// <summary>Every part of an answer comes late.</summary>
    IsLate,

    /// <summary>Answers come in drops of a few bytes.</summary>
    Drips,

    /// <summary>In the middle of a request or an answer it is reset.</summary>
    IsReset,

    /// <summary>In the middle of an answer it ends, as if that were all.</summary>
    IsTruncated,

    /// <summary>In the middle of an answer nothing comes any more, and nobody says so: half open, until the client gives up.</summary>
    FallsSilent,

    /// <summary>It is taken and never answered.</summary>
    IsSwallowed,
}
