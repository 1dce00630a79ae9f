using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Records;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Storage;

public sealed class BlobRefTests
{
    private static readonly Handout Sample = new()
    {
        Title = "Week 1",
        File = new BlobRef(BlobId.Of("slides"u8), 6) { Name = "slides.pdf", MediaType = "application/pdf" },
        More = [new BlobRef(BlobId.Of("notes"u8), 5)],
    };

    public static TheoryData<IPayloadSerializer> Serializers =>
        [new MessagePackPayloadSerializer(), new JsonPayloadSerializer(HandoutJson.Default)];

    [Theory]
    [MemberData(nameof(Serializers))]
    public void A_reference_survives_both_serializers(IPayloadSerializer serializer)
    {
        Handout read = serializer.Deserialize<Handout>(serializer.Serialize(Sample));

        Assert.Equal(Sample.File, read.File);
        Assert.Equal(Sample.More, read.More);
        Assert.Null(read.Other);
    }

    [Theory]
    [MemberData(nameof(Serializers))]
    public void References_are_found_without_the_apps_types(IPayloadSerializer serializer)
    {
        var version = new RecordVersion(new Dot(1, 1), default, string.Empty, serializer.Serialize(Sample));
        var record = new StoredRecord(new RecordKey("handouts", "1"), [version]);

        IReadOnlyDictionary<BlobId, long> found = BlobReferenceScanner.Find(record);

        Assert.Equal(2, found.Count);
        Assert.Equal(6, found[Sample.File!.Id]);
        Assert.Equal(5, found[Sample.More[0].Id]);
    }

    [Fact]
    public void References_of_every_sibling_are_found()
    {
        var serializer = new MessagePackPayloadSerializer();
        RecordVersion[] versions =
        [
            new(new Dot(1, 1), default, string.Empty, serializer.Serialize(new Handout { File = new BlobRef(BlobId.Of("a"u8), 1) })),
            new(new Dot(2, 1), default, string.Empty, serializer.Serialize(new Handout { File = new BlobRef(BlobId.Of("b"u8), 1) })),
        ];

        Assert.Equal(2, BlobReferenceScanner.Find(new StoredRecord(new RecordKey("handouts", "1"), [.. versions])).Count);
    }

    [Fact]
    public void A_record_without_references_has_none()
    {
        var serializer = new MessagePackPayloadSerializer();
        var version = new RecordVersion(
            new Dot(1, 1), default, string.Empty, serializer.Serialize(new Handout { Title = "$blob and nothing else" }));

        Assert.Empty(BlobReferenceScanner.Find(new StoredRecord(new RecordKey("handouts", "1"), [version])));
    }
}

