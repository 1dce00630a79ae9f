namespace Ordo.Sync.AspNetCore.Endpoints;

/// <summary>A body of a media type or coding that the hub does not take: 415.</summary>
internal sealed class UnsupportedBodyException(string message) : Exception(message);
