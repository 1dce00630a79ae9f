namespace Ordo.Sync.Engine.Blobs;

/// <summary>Which way a blob goes.</summary>
public enum BlobDirection
{
    /// <summary>From this device to the hub.</summary>
    Upload = 1,

    /// <summary>From the hub to this device.</summary>
    Download = 2,
}
