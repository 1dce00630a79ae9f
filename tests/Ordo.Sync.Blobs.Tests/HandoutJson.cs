using System.Text.Json.Serialization;

namespace Ordo.Sync.Blobs.Tests;

[JsonSerializable(typeof(Handout))]
internal sealed partial class HandoutJson : JsonSerializerContext;
