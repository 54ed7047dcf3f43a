//! Step 15: an attachment there and back.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use bytes::Bytes;
use md5::Digest as _;
use serde_json::{Value, json};

use super::call::Call;
use super::correspondence::{has_status, statuses};
use super::fault::Fault;
use super::session::{Session, Stop};

impl Session<'_> {
    /// Where attachments are.
    pub(super) fn attachment_url(&self) -> String {
        format!("{}/correspondence/api/v1/attachment", self.setup.platform)
    }

    /// Step 15.
    pub(super) async fn attachment(&mut self) -> Result<(), Stop> {
        let owner = self.setup.names.owner.clone();
        let content = Bytes::from(format!("postbud verify {}\n", self.reference));
        let digest = hex(&md5::Md5::digest(&content));
        let base = self.attachment_url();
        let mend = ("Correspondence did not take the attachment", "the answer's body says why");
        let body = json!({
            "resourceId": self.setup.resource_id,
            "fileName": "postbud.txt",
            "displayName": "postbud.txt",
            "sendersReference": self.reference,
            "isEncrypted": false,
        });
        let call = Call::new("POST", base.clone()).of(&owner).json(&body);
        let answer = self.expect("initialize", call, &[200], mend).await?;
        let id =
            answer.json.as_str().map_or_else(|| String::from_utf8_lossy(&answer.body).trim().to_owned(), str::to_owned);
        if !self.check("the answer is its id", uuid::Uuid::try_parse(&id).is_ok(), || {
            Fault::new("an id", "something else")
                .because("something else answered in Correspondence's place", "look at the platform's address")
                .called(answer.called.clone())
        }) {
            return Err(Stop::Failed);
        }
        self.attachments.push(id.clone());
        let one = format!("{base}/{id}");
        let call =
            Call::new("POST", format!("{one}/upload")).of(&owner).bytes("application/octet-stream", content.clone());
        self.expect("upload", call, &[200], mend).await?;
        let overview = self.scanned(&owner, &one).await?;
        let theirs = overview.get("checksum").and_then(Value::as_str).unwrap_or_default().to_lowercase();
        let mut good = self.check("its checksum is the file's", theirs.is_empty() || theirs == digest, || {
            Fault::new(format!("MD5 {digest}"), theirs.clone())
                .because("the file was changed on its way", "is a proxy between that rewrites bodies?")
        });
        let answer =
            self.expect("download", Call::new("GET", format!("{one}/download")).of(&owner), &[200], mend).await?;
        good &= self.check("the bytes are the same", answer.body == content, || {
            Fault::new(
                format!("{} bytes with MD5 {digest}", content.len()),
                format!("{} bytes with MD5 {}", answer.body.len(), hex(&md5::Md5::digest(&answer.body))),
            )
            .because("the file was changed on its way", "is a proxy between that rewrites bodies?")
            .called(answer.called.clone())
        });
        self.expect("purge", Call::new("DELETE", one).of(&owner), &[200, 204], mend).await?;
        self.attachments.retain(|known| *known != id);
        if good { Ok(()) } else { Err(Stop::Failed) }
    }

    /// Waits for the malware scan.
    async fn scanned(&mut self, owner: &str, one: &str) -> Result<Value, Stop> {
        let begun = Instant::now();
        let mut pause = Duration::from_millis(50);
        loop {
            let answer = self.call(Call::new("GET", one).of(owner)).await?;
            if answer.status != 200 {
                let fault = answer.fault(
                    "200",
                    "Correspondence did not tell the attachment's status",
                    "the answer's body says why",
                );
                return Err(self.fail("overview: 200", &fault));
            }
            if has_status(&answer.json, "Published") {
                self.pass("it becomes Published");
                return Ok(answer.json);
            }
            let failed = has_status(&answer.json, "Failed");
            if failed || begun.elapsed() > self.setup.publish_limit {
                let text = answer.member("statusText");
                let cause =
                    if failed { format!("its scan failed: {text}") } else { "its malware scan takes long".to_owned() };
                let fault = Fault::new("Published", statuses(&answer.json))
                    .because(cause, "try again later; if it stays so, ask Altinn")
                    .called(answer.called.clone());
                return Err(self.fail("it becomes Published", &fault));
            }
            self.sleep(pause).await?;
            pause = (pause * 2).min(Duration::from_secs(3));
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(32), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
