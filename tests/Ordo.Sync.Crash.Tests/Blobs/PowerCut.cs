namespace Ordo.Sync.Crash.Tests.Blobs;

/// <summary>What a power failure does to what was not flushed.</summary>
public enum PowerCut
{
    /// <summary>Names that were not flushed are not there, nor is their content.</summary>
    LosesNames,

    /// <summary>All names are there; content that was not flushed is none at all.</summary>
    LosesContent,

    /// <summary>All names are there with their lengths; content that was not flushed is zeros.</summary>
    ZeroesContent,

    /// <summary>Each name is there or not, and of what was not flushed each half, in no order.</summary>
    KeepsSome,
}
